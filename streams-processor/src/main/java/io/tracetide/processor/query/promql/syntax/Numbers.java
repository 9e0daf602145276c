package io.tracetide.processor.query.promql.syntax;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers and durations of queries and of the API's parameters. */
public final class Numbers {
  private static final Pattern DECIMAL =
      Pattern.compile("(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
  private static final Pattern HEXADECIMAL = Pattern.compile("0[xX][0-9a-fA-F]{1,15}");
  private static final Pattern DURATION =
      Pattern.compile(
          "(?:(\\d{1,9})y)?(?:(\\d{1,9})w)?(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?"
              + "(?:(\\d{1,9})s)?(?:(\\d{1,12})ms)?");
  private static final long[] UNITS = {
    365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000, 1
  };
  private static final int LONGEST_LITERAL = 100;

  /** A hundred years; longer ones are rejected. */
  static final long LONGEST_MS = 100 * UNITS[0];

  private Numbers() {}

  static boolean isNumber(String text) {
    return text.length() <= LONGEST_LITERAL
        && (DECIMAL.matcher(text).matches() || HEXADECIMAL.matcher(text).matches());
  }

  /** The value of a text for which {@link #isNumber} is true. */
  static double number(String text) {
    return HEXADECIMAL.matcher(text).matches()
        ? Long.parseLong(text.substring(2), 16)
        : Double.parseDouble(text);
  }

  public static boolean isDuration(String text) {
    return !text.isEmpty() && text.length() <= LONGEST_LITERAL && DURATION.matcher(text).matches();
  }

  /**
   * Milliseconds of a duration such as {@code 1h30m}.
   *
   * @throws PromqlException if it is not a duration, or longer than a hundred years
   */
  public static long durationMs(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!isDuration(text) || !matcher.matches()) {
      throw PromqlException.badData(
          "%s is not a duration: use one such as 30s, 5m or 1h30m"
              .formatted(PromqlException.quoted(text)));
    }
    double sum = 0;
    for (int i = 0; i < UNITS.length; i++) {
      String amount = matcher.group(i + 1);
      sum += amount == null ? 0 : (double) Long.parseLong(amount) * UNITS[i];
    }
    if (sum > LONGEST_MS) {
      throw PromqlException.badData(
          "the duration %s is longer than 100 years".formatted(PromqlException.quoted(text)));
    }
    return (long) sum;
  }
}
