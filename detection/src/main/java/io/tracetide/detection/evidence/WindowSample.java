package io.tracetide.detection.evidence;

/**
 * What a detector needs of one closed window of a series.
 *
 * @param count spans; 0 for a window without spans, whose durations are ignored
 * @param traffic spans by their sampling weight, which is 1 without sampling
 * @param errors spans with an error, at most {@code count}
 * @param p10Micros quantiles of the duration in microseconds
 * @param meanLogMicros mean of the natural logarithm of the durations in microseconds; NaN when no
 *     duration is known, and then the quantiles are ignored
 */
public record WindowSample(
    long count,
    double traffic,
    long errors,
    double p10Micros,
    double p50Micros,
    double p90Micros,
    double p95Micros,
    double meanLogMicros) {

  /** A window without spans. */
  public static final WindowSample EMPTY = new WindowSample(0, 0, 0, 0, 0, 0, 0, 0);

  public WindowSample {
    if (count < 0 || errors < 0 || errors > count) {
      throw new IllegalArgumentException(
          "errors must be 0 to count, not %d of %d".formatted(errors, count));
    }
    if (!(traffic >= 0 && traffic < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("traffic must be 0 or more, not " + traffic);
    }
    if (count > 0 && !Double.isNaN(meanLogMicros)) {
      requireDuration("p10", p10Micros);
      requireDuration("p50", p50Micros);
      requireDuration("p90", p90Micros);
      requireDuration("p95", p95Micros);
      if (Double.isInfinite(meanLogMicros)) {
        throw new IllegalArgumentException(
            "the mean logarithm must be finite, not " + meanLogMicros);
      }
    }
  }

  /** A window without sampling: each span counts once. */
  public WindowSample(
      long count,
      long errors,
      double p10Micros,
      double p50Micros,
      double p90Micros,
      double p95Micros,
      double meanLogMicros) {
    this(count, (double) count, errors, p10Micros, p50Micros, p90Micros, p95Micros, meanLogMicros);
  }

  /** Whether durations are known. */
  public boolean hasDurations() {
    return count > 0 && !Double.isNaN(meanLogMicros);
  }

  private static void requireDuration(String name, double micros) {
    if (!(micros >= 0 && micros < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s must be a duration of 0 us or more, not %s".formatted(name, micros));
    }
  }
}
