package io.tracetide.runtime.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 250ms}, {@code 10s}, {@code 1h30m}, {@code 30d}, or
 * ISO-8601 ({@code PT1M}). A day is 24 hours.
 */
public final class DurationFormat {
  private static final Map<String, Duration> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", Duration.ofDays(1));
    UNITS.put("h", Duration.ofHours(1));
    UNITS.put("m", Duration.ofMinutes(1));
    UNITS.put("s", Duration.ofSeconds(1));
    UNITS.put("ms", Duration.ofMillis(1));
    UNITS.put("us", Duration.ofNanos(1_000));
    UNITS.put("ns", Duration.ofNanos(1));
  }

  private static final Duration LONGEST_IN_NANOS = Duration.ofNanos(Long.MAX_VALUE);
  private static final Pattern PART = Pattern.compile("(\\d{1,19})(d|h|ms|m|s|us|ns)");
  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");

  private DurationFormat() {}

  /** Empty if the text is not a duration. */
  public static Optional<Duration> parse(String text) {
    String compact = text.strip().toLowerCase(Locale.ROOT);
    try {
      if (compact.equals("0")) {
        return Optional.of(Duration.ZERO);
      }
      return WHOLE.matcher(compact).matches()
          ? Optional.of(sum(compact))
          : Optional.of(Duration.parse(compact));
    } catch (DateTimeException | ArithmeticException | NumberFormatException notADuration) {
      return Optional.empty();
    }
  }

  /** The shortest exact form in one unit: 90 s is {@code 90s}, 120 s is {@code 2m}. */
  public static String print(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.isNegative() || duration.compareTo(LONGEST_IN_NANOS) > 0) {
      return duration.toString();
    }
    for (Map.Entry<String, Duration> unit : UNITS.entrySet()) {
      long count = duration.dividedBy(unit.getValue());
      if (count > 0 && unit.getValue().multipliedBy(count).equals(duration)) {
        return count + unit.getKey();
      }
    }
    return duration.toString();
  }

  private static Duration sum(String text) {
    Duration total = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      Duration unit = UNITS.getOrDefault(part.group(2), Duration.ZERO);
      total = total.plus(unit.multipliedBy(Long.parseLong(part.group(1))));
    }
    return total;
  }
}
