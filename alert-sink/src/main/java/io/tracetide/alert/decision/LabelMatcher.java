package io.tracetide.alert.decision;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Selects alerts by one label, in Alertmanager's syntax: {@code service=checkout}, {@code
 * severity!=low}, {@code service=~"check.*|pay"}, {@code operation!~"GET .*"}. A label that is
 * absent has the empty value; regular expressions match the whole value.
 */
public final class LabelMatcher {
  private static final Pattern SYNTAX =
      Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*(.*?)\\s*", Pattern.DOTALL);

  private final String label;
  private final boolean equal;
  private final Pattern pattern;
  private final String text;

  private LabelMatcher(String label, boolean equal, Pattern pattern, String text) {
    this.label = label;
    this.equal = equal;
    this.pattern = pattern;
    this.text = text;
  }

  /**
   * Reads a matcher.
   *
   * @throws IllegalArgumentException if the text is not a matcher; the message says what is
   *     expected
   */
  public static LabelMatcher parse(String text) {
    Objects.requireNonNull(text, "text");
    Matcher syntax = SYNTAX.matcher(text);
    if (!syntax.matches()) {
      throw new IllegalArgumentException(
          "expected label=value, label!=value, label=~regex or label!~regex");
    }
    String operator = syntax.group(2);
    String value = unquote(syntax.group(3));
    Pattern pattern;
    try {
      pattern =
          operator.endsWith("~")
              ? Pattern.compile(value, Pattern.DOTALL)
              : Pattern.compile(value, Pattern.LITERAL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("not a regular expression: " + e.getDescription(), e);
    }
    return new LabelMatcher(syntax.group(1), operator.startsWith("="), pattern, text.strip());
  }

  /** Whether it compares with a regular expression. */
  public boolean isRegex() {
    return (pattern.flags() & Pattern.LITERAL) == 0;
  }

  public boolean matches(Map<String, String> labels) {
    return pattern.matcher(labels.getOrDefault(label, "")).matches() == equal;
  }

  private static String unquote(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted
        ? value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
        : value;
  }

  @Override
  public String toString() {
    return text;
  }
}
