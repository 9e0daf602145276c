package io.tracetide.query.answer;

import org.jspecify.annotations.Nullable;

/**
 * Differences from the values of an earlier range, in percent of the earlier ones. Null where one
 * of them is not known, or the earlier one is 0.
 *
 * @param countPercent null also when the earlier range is not as long, as while a window contains
 *     the present time
 * @param errorRatePoints difference of the error rates in percentage points
 */
public record PercentChange(
    @Nullable Double countPercent,
    @Nullable Double throughputPercent,
    @Nullable Double errorRatePoints,
    @Nullable Double p50Percent,
    @Nullable Double p95Percent,
    @Nullable Double p99Percent) {}
