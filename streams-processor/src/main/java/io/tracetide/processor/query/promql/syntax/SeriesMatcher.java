package io.tracetide.processor.query.promql.syntax;

import com.google.re2j.Pattern;
import io.tracetide.runtime.regex.BoundedRegex;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A condition on one label. A label that a series does not have is empty. */
public final class SeriesMatcher {
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final String SPECIAL = ".+*?()[]{}^$";

  /** How the label is compared. */
  public enum Op {
    EQUAL("="),
    NOT_EQUAL("!="),
    MATCHES("=~"),
    DIFFERS("!~");

    private final String symbol;

    Op(String symbol) {
      this.symbol = symbol;
    }
  }

  private final Op op;
  private final String label;
  private final String value;

  /** The texts that a regular expression without a pattern lists. */
  private final Set<String> texts;

  private final @Nullable Pattern pattern;

  private SeriesMatcher(
      Op op, String label, String value, Set<String> texts, @Nullable Pattern pattern) {
    this.op = op;
    this.label = label;
    this.value = value;
    this.texts = texts;
    this.pattern = pattern;
  }

  /**
   * A matcher; regular expressions are in RE2 syntax and match the whole label.
   *
   * @throws PromqlException if the regular expression is invalid or too large
   */
  public static SeriesMatcher of(Op op, String label, String value, SyntaxLimits limits) {
    boolean regex = op == Op.MATCHES || op == Op.DIFFERS;
    Optional<Set<String>> texts = regex ? alternatives(value) : Optional.empty();
    return new SeriesMatcher(
        op,
        label,
        value,
        texts.orElse(Set.of()),
        regex && texts.isEmpty() ? compile(value, limits) : null);
  }

  /** Compiles a regular expression that matches a whole label. */
  public static Pattern compile(String expression, SyntaxLimits limits) {
    try {
      return BoundedRegex.compile(
          expression, Pattern.DOTALL, limits.regexLength(), limits.regexProgram());
    } catch (IllegalArgumentException e) {
      throw PromqlException.badData(
          "invalid regular expression %s: expected %s"
              .formatted(PromqlException.quoted(expression), e.getMessage()));
    }
  }

  /** Whether the text can be the name of a label. */
  public static boolean isLabel(String text) {
    return LABEL.matcher(text).matches();
  }

  static Optional<Op> op(QueryToken token) {
    for (Op op : Op.values()) {
      if (token.is(op.symbol)) {
        return Optional.of(op);
      }
    }
    return Optional.empty();
  }

  public String label() {
    return label;
  }

  public boolean matches(String actual) {
    return switch (op) {
      case EQUAL -> value.equals(actual);
      case NOT_EQUAL -> !value.equals(actual);
      case MATCHES -> fits(actual);
      case DIFFERS -> !fits(actual);
    };
  }

  private boolean fits(String actual) {
    return pattern == null ? texts.contains(actual) : pattern.matcher(actual).matches();
  }

  /** The value that the label must have, when there is one only. */
  public Optional<String> equalTo() {
    return op == Op.EQUAL ? Optional.of(value) : Optional.empty();
  }

  /**
   * The only values that it accepts, where they are few and known; then a store reads no others.
   */
  public Optional<Set<String>> onlyValues() {
    return switch (op) {
      case EQUAL -> Optional.of(Set.of(value));
      case MATCHES -> pattern == null ? Optional.of(texts) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** The texts of {@code a|b|c}, as Grafana writes a variable with several values. */
  private static Optional<Set<String>> alternatives(String expression) {
    Set<String> found = new LinkedHashSet<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '|') {
        found.add(text.toString());
        text.setLength(0);
      } else if (c == '\\') {
        i++;
        if (i == expression.length() || Character.isLetterOrDigit(expression.charAt(i))) {
          return Optional.empty();
        }
        text.append(expression.charAt(i));
      } else if (SPECIAL.indexOf(c) >= 0) {
        return Optional.empty();
      } else {
        text.append(c);
      }
    }
    found.add(text.toString());
    return Optional.of(found);
  }

  @Override
  public String toString() {
    return label + op.symbol + '"' + value + '"';
  }
}
