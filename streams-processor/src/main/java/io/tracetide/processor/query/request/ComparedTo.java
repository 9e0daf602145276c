package io.tracetide.processor.query.request;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The earlier range that a range is compared to.
 *
 * @param distance time between the two ranges; empty for the range that ends where the other begins
 * @param text value of the parameter
 */
public record ComparedTo(Optional<Duration> distance, String text) {
  /** Name of the parameter. */
  public static final String PARAMETER = "compareTo";

  private static final String PREVIOUS = "previous";
  private static final String WEEK = "1w";
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final String ACCEPTED =
      "use 1d, 1w, another length of up to 366d, or previous for the range before";

  /** The value of the parameter, if it is given. */
  public static Optional<ComparedTo> parse(Parameters parameters) {
    return parameters.one(PARAMETER).map(ComparedTo::parse);
  }

  private static ComparedTo parse(String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    if (lower.equals(PREVIOUS)) {
      return new ComparedTo(Optional.empty(), text);
    }
    Optional<Duration> length =
        lower.equals(WEEK) ? Optional.of(Duration.ofDays(7)) : Parameters.length(lower);
    return new ComparedTo(
        Optional.of(
            length
                .filter(given -> !given.isZero() && given.compareTo(LONGEST) <= 0)
                .orElseThrow(() -> BadParameterException.rejected(PARAMETER, text, ACCEPTED))),
        text);
  }

  /** Time between the range and the earlier one. */
  public Duration distanceFrom(TimeRange range) {
    return distance.orElse(range.length());
  }
}
