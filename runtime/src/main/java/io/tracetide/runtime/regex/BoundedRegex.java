package io.tracetide.runtime.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.regex.MatchResult;

/**
 * Compiles regular expressions of operators and API clients with RE2/J, within limits. Matching
 * takes time in proportion to the text times the program, so that neither an expression nor a text
 * can make it exponential.
 */
public final class BoundedRegex {

  /*
   * RE2/J expands counted repetitions and has no limit on their number: (a{1000}){1000} becomes a
   * program of a million instructions. The size is therefore estimated before the compilation: the
   * repetition of a character adds to it, that of a group or of a repetition multiplies it,
   * whatever its position.
   */

  private static final java.util.regex.Pattern COUNTED =
      java.util.regex.Pattern.compile("(?s)(.)\\{(\\d{1,6})(?:(,)(\\d{0,6}))?}");

  private static final int ESTIMATE_PER_INSTRUCTION = 10;

  private static final String DOTALL_PREFIX = "(?s)";

  private BoundedRegex() {}

  /**
   * Compiles an expression in the syntax of RE2.
   *
   * @param flags of {@link Pattern}
   * @param maxLength characters of the expression
   * @param maxProgram instructions of the compiled expression
   * @throws IllegalArgumentException if it is invalid or too large; the message is worded to follow
   *     "expected" and has the position of the unsupported part
   */
  public static Pattern compile(String expression, int flags, int maxLength, int maxProgram) {
    if (expression.length() > maxLength) {
      throw new IllegalArgumentException(
          "a regular expression of at most " + maxLength + " characters");
    }
    requireSize(estimate(expression) / ESTIMATE_PER_INSTRUCTION, maxProgram);
    Pattern pattern;
    try {
      pattern = Pattern.compile(expression, flags);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(explanation(expression, e), e);
    }
    requireSize(pattern.programSize(), maxProgram);
    return pattern;
  }

  private static void requireSize(double size, int maxProgram) {
    if (size > maxProgram) {
      throw new IllegalArgumentException(
          "a regular expression of at most "
              + maxProgram
              + " instructions with its repetitions written out");
    }
  }

  private static double estimate(String expression) {
    double sum = expression.length();
    double product = 1;
    for (MatchResult counted : COUNTED.matcher(expression).results().toList()) {
      boolean open = counted.group(3) != null && counted.group(4).isEmpty();
      double times = Integer.parseInt(counted.group(open || counted.group(3) == null ? 2 : 4)) + 1;
      if (counted.group(1).equals(")") || counted.group(1).equals("}")) {
        product *= times;
      } else {
        sum += times;
      }
    }
    return sum * product;
  }

  private static String explanation(String expression, PatternSyntaxException e) {
    String description = e.getDescription();
    if (description.contains("internal error")) {
      description = "unmatched )";
    }
    String fragment = String.valueOf(e.getPattern());
    if (fragment.startsWith(DOTALL_PREFIX) && !expression.startsWith(DOTALL_PREFIX)) {
      fragment = fragment.substring(DOTALL_PREFIX.length());
    }
    int at = fragment.isEmpty() ? expression.length() - 1 : expression.indexOf(fragment);
    return "a regular expression in RE2 syntax, which has no look-around, no back references and no"
        + " possessive repetitions ("
        + description
        + (at < 0 ? "" : " at character " + (at + 1) + ": " + expression.substring(at))
        + ")";
  }
}
