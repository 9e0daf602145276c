package io.tracetide.alert.route;

import com.google.re2j.Pattern;
import io.tracetide.runtime.regex.BoundedRegex;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Selects alerts by one label, in Alertmanager's syntax: {@code service=checkout}, {@code
 * severity!=low}, {@code service=~"check.*|pay"}, {@code operation!~"GET .*"}. A label that is
 * absent has the empty value; regular expressions have the syntax of RE2 and match the whole value.
 */
public final class LabelMatcher {
  private static final java.util.regex.Pattern SYNTAX =
      java.util.regex.Pattern.compile(
          "\\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(=~|!~|!=|=)\\s*(.*)", java.util.regex.Pattern.DOTALL);

  private static final int MAX_LENGTH = 16_384;
  private static final int MAX_PROGRAM = 20_000;

  /** Characters of a filter in a request. */
  public static final int MAX_FILTER_LENGTH = 1_024;

  private static final int MAX_FILTER_PROGRAM = 2_000;

  private final String label;
  private final boolean equal;
  private final String value;
  private final @Nullable Pattern pattern;
  private final String text;

  private LabelMatcher(
      String label, boolean equal, String value, @Nullable Pattern pattern, String text) {
    this.label = label;
    this.equal = equal;
    this.value = value;
    this.pattern = pattern;
    this.text = text;
  }

  /**
   * Parses a matcher of the configuration.
   *
   * @throws IllegalArgumentException if the text is not a matcher; the message has the expected
   *     form
   */
  public static LabelMatcher parse(String text) {
    return parse(text, MAX_LENGTH, MAX_PROGRAM);
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
    return parse(text, MAX_FILTER_LENGTH, MAX_FILTER_PROGRAM);
  }

  private static LabelMatcher parse(String text, int maxLength, int maxProgram) {
    Objects.requireNonNull(text, "text");
    Matcher syntax = SYNTAX.matcher(text);
    if (!syntax.matches()) {
      throw new IllegalArgumentException(
          "expected label=value, label!=value, label=~regex or label!~regex");
    }
    String operator = syntax.group(2);
    String value = unquote(syntax.group(3).strip());
    Pattern pattern = null;
    if (operator.endsWith("~")) {
      try {
        pattern = BoundedRegex.compile(value, Pattern.DOTALL, maxLength, maxProgram);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("expected " + e.getMessage(), e);
      }
    }
    return new LabelMatcher(
        syntax.group(1), operator.startsWith("="), value, pattern, text.strip());
  }

  public boolean matches(Map<String, String> labels) {
    String actual = labels.getOrDefault(label, "");
    boolean same = pattern == null ? value.equals(actual) : pattern.matches(actual);
    return same == equal;
  }

  /** As Alertmanager: quotes are optional; {@code \"}, {@code \\} and {@code \n} are escapes. */
  private static String unquote(String value) {
    boolean quoted = value.startsWith("\"");
    StringBuilder plain = new StringBuilder();
    for (int i = quoted ? 1 : 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        i++;
        char escaped = value.charAt(i);
        switch (escaped) {
          case 'n' -> plain.append('\n');
          case '"', '\\' -> plain.append(escaped);
          default -> plain.append(c).append(escaped);
        }
      } else if (c == '"') {
        if (!quoted || i < value.length() - 1) {
          throw new IllegalArgumentException("expected \\ before a \" in the value");
        }
        return plain.toString();
      } else {
        plain.append(c);
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("expected a \" at the end of the value");
    }
    return plain.toString();
  }

  @Override
  public String toString() {
    return text;
  }
}
