package io.tracetide.alert.route;

import com.google.re2j.Pattern;
import io.tracetide.runtime.regex.BoundedRegex;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Selects alerts by one label, in Alertmanager's syntax: {@code service=checkout}, {@code
 * severity!=low}, {@code service=~"check.*|pay"}, {@code operation!~"GET .*"}. A label that is
 * absent has the empty value; regular expressions have the syntax of RE2 and match the whole value,
 * in which a dot does not stand for a line feed.
 *
 * <p>As in Alertmanager since 0.27, text that is no matcher in the classic syntax is read again as
 * one whose label may be any text in quotes: {@code "k8s.pod"=a}. Two matchers are equal if label,
 * operator and value are.
 */
public final class LabelMatcher {

  /** Alertmanager's order of the matchers of a route: by label, value and operator. */
  public static final Comparator<LabelMatcher> ORDER =
      Comparator.comparing(LabelMatcher::label)
          .thenComparing(LabelMatcher::value)
          .thenComparing(LabelMatcher::isRegex)
          .thenComparing(LabelMatcher::isEqual, Comparator.reverseOrder());

  /** Characters of a filter in a request, and of a regular expression of a silence. */
  public static final int MAX_FILTER_LENGTH = 1_024;

  private static final Limits CONFIGURED = new Limits(16_384, 20_000);
  private static final Limits REQUESTED = new Limits(MAX_FILTER_LENGTH, 2_000);

  private final String label;
  private final String value;
  private final boolean regex;
  private final boolean equal;
  private final @Nullable Pattern pattern;

  private LabelMatcher(MatcherSyntax.Parts parts, Limits limits) {
    this.label = parts.label();
    this.value = parts.value();
    this.regex = parts.regex();
    this.equal = parts.equal();
    this.pattern = parts.regex() ? compile(parts.value(), limits) : null;
  }

  /** Characters and instructions of a regular expression. */
  private record Limits(int length, int program) {}

  /**
   * A matcher by its parts, as silences have them, with the limits of a request.
   *
   * @throws IllegalArgumentException if the label is empty, or the regular expression is invalid or
   *     too large; the message follows the word "expected"
   */
  public static LabelMatcher of(String label, String value, boolean isRegex, boolean isEqual) {
    if (label.isEmpty()) {
      throw new IllegalArgumentException("expected the name of a label");
    }
    if (value.length() > CONFIGURED.length()) {
      throw new IllegalArgumentException(
          "expected a value of at most " + CONFIGURED.length() + " characters");
    }
    return new LabelMatcher(new MatcherSyntax.Parts(label, isEqual, isRegex, value), REQUESTED);
  }

  /**
   * Parses a matcher of the configuration.
   *
   * @throws IllegalArgumentException if the text is not a matcher; the message has the expected
   *     form
   */
  public static LabelMatcher parse(String text) {
    return parse(text, CONFIGURED);
  }

  /**
   * Parses a matcher of a request, with tighter limits on its size.
   *
   * @throws IllegalArgumentException if the text is not a matcher; the message has the expected
   *     form
   */
  public static LabelMatcher parseFilter(String text) {
    if (text.length() > MAX_FILTER_LENGTH) {
      throw new IllegalArgumentException("expected at most " + MAX_FILTER_LENGTH + " characters");
    }
    return parse(text, REQUESTED);
  }

  /**
   * Parses the matchers of one text of the configuration, separated by commas, with or without
   * braces: <code>{a="b", c=~"d.*"}</code> or {@code a=b,c=d}.
   *
   * @throws IllegalArgumentException if the text is not a list of matchers; the message has the
   *     expected form
   */
  public static List<LabelMatcher> parseAll(String text) {
    return classicElseUtf8(
        text,
        CONFIGURED,
        all -> MatcherSyntax.split(all).stream().map(MatcherSyntax::classic).toList(),
        MatcherSyntax::utf8);
  }

  /**
   * Parses the matchers of one text of a request, with tighter limits on their size.
   *
   * @throws IllegalArgumentException if the text is not a list of matchers; the message has the
   *     expected form
   */
  public static List<LabelMatcher> parseFilters(String text) {
    if (text.length() > MAX_FILTER_LENGTH) {
      throw new IllegalArgumentException("expected at most " + MAX_FILTER_LENGTH + " characters");
    }
    return classicElseUtf8(
        text,
        REQUESTED,
        all -> MatcherSyntax.split(all).stream().map(MatcherSyntax::classic).toList(),
        MatcherSyntax::utf8);
  }

  /** An equality matcher, written in the old form {@code match: {label: value}}. */
  public static LabelMatcher equal(String label, String value) {
    return new LabelMatcher(new MatcherSyntax.Parts(label, true, false, value), CONFIGURED);
  }

  /**
   * A matcher of a regular expression, written in the old form {@code match_re: {label: value}}. As
   * in Alertmanager, its value is the anchored expression, which is a part of keys of routes.
   *
   * @throws IllegalArgumentException if the regular expression is invalid
   */
  public static LabelMatcher regex(String label, String value) {
    return new LabelMatcher(
        new MatcherSyntax.Parts(label, true, true, "^(?:" + value + ")$"), CONFIGURED);
  }

  private static LabelMatcher parse(String text, Limits limits) {
    return classicElseUtf8(
            text,
            limits,
            one -> List.of(MatcherSyntax.classic(one)),
            one -> List.of(MatcherSyntax.utf8Single(one)))
        .get(0);
  }

  /**
   * The classic syntax has precedence where both have a meaning. The problem of the classic one is
   * reported.
   */
  private static List<LabelMatcher> classicElseUtf8(
      String text,
      Limits limits,
      Function<String, List<MatcherSyntax.Parts>> classic,
      Function<String, List<MatcherSyntax.Parts>> utf8) {
    Objects.requireNonNull(text, "text");
    try {
      return matchers(classic.apply(text), limits);
    } catch (IllegalArgumentException problem) {
      try {
        return matchers(utf8.apply(text), limits);
      } catch (IllegalArgumentException inBoth) {
        throw problem;
      }
    }
  }

  private static List<LabelMatcher> matchers(List<MatcherSyntax.Parts> parts, Limits limits) {
    return parts.stream().map(each -> new LabelMatcher(each, limits)).toList();
  }

  private static Pattern compile(String value, Limits limits) {
    try {
      return BoundedRegex.compile(value, 0, limits.length(), limits.program());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected " + e.getMessage(), e);
    }
  }

  public boolean matches(Map<String, String> labels) {
    String actual = labels.getOrDefault(label, "");
    boolean same = pattern == null ? value.equals(actual) : pattern.matches(actual);
    return same == equal;
  }

  /**
   * The most steps that the match takes: characters times instructions of the regular expression; 0
   * without one.
   */
  public long cost(Map<String, String> labels) {
    return pattern == null
        ? 0
        : (long) pattern.programSize() * labels.getOrDefault(label, "").length();
  }

  public String label() {
    return label;
  }

  /** The value or the regular expression, without quotes. */
  public String value() {
    return value;
  }

  public boolean isRegex() {
    return regex;
  }

  /** Whether labels that have the value are selected; otherwise all others are. */
  public boolean isEqual() {
    return equal;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LabelMatcher that
        && label.equals(that.label)
        && value.equals(that.value)
        && regex == that.regex
        && equal == that.equal;
  }

  @Override
  public int hashCode() {
    return Objects.hash(label, value, regex, equal);
  }

  /** Alertmanager's canonical form: {@code severity="page"}. */
  @Override
  public String toString() {
    String operator = regex ? (equal ? "=~" : "!~") : (equal ? "=" : "!=");
    return MatcherSyntax.print(label, operator, value);
  }
}
