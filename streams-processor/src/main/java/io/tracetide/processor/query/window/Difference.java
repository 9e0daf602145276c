package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.MetricValue;
import org.jspecify.annotations.Nullable;

/**
 * Differences between values and those of an earlier range, in percent of the earlier ones. Null
 * where one of them is not known, or the earlier one is 0.
 *
 * @param countPercent null also when the earlier range is not as long, as while a window contains
 *     the present time
 * @param errorRatePoints difference of the error rates in percentage points
 */
public record Difference(
    @Nullable Double countPercent,
    @Nullable Double throughputPercent,
    @Nullable Double errorRatePoints,
    @Nullable Double p50Percent,
    @Nullable Double p95Percent,
    @Nullable Double p99Percent) {

  /** The difference in percent of the earlier value. */
  public static @Nullable Double percent(@Nullable Double now, @Nullable Double earlier) {
    return now == null || earlier == null || earlier == 0
        ? null
        : MetricValue.estimated(100 * (now - earlier) / Math.abs(earlier));
  }

  /**
   * The difference of two counts in percent of the earlier one.
   *
   * @param sameLength whether they were counted in times of the same length; otherwise it is null
   */
  public static @Nullable Double ofCounts(long now, long earlier, boolean sameLength) {
    return sameLength ? percent((double) now, (double) earlier) : null;
  }

  /** The difference. */
  public static @Nullable Double points(@Nullable Double now, @Nullable Double earlier) {
    return now == null || earlier == null ? null : MetricValue.estimated(now - earlier);
  }
}
