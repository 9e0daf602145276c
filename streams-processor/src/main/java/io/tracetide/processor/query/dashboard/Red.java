package io.tracetide.processor.query.dashboard;

import io.tracetide.processor.query.request.MetricValue;
import io.tracetide.processor.window.WindowStats;
import org.jspecify.annotations.Nullable;

/**
 * Rate, errors and durations of the spans that finished in a range.
 *
 * @param throughputPerSec null when the range has no length
 * @param errorRatePercent null when no span finished
 */
public record Red(
    long count,
    long errors,
    @Nullable Double throughputPerSec,
    @Nullable Double errorRatePercent,
    @Nullable Double p50Ms,
    @Nullable Double p95Ms,
    @Nullable Double p99Ms) {

  static Red of(WindowStats stats, double seconds) {
    return new Red(
        stats.count(),
        stats.errors(),
        seconds > 0 ? MetricValue.estimated(stats.weightedCount() / seconds) : null,
        stats.count() > 0 ? MetricValue.estimated(stats.errorRatePercent()) : null,
        MetricValue.estimatedMillis(stats.quantile(0.50)),
        MetricValue.estimatedMillis(stats.quantile(0.95)),
        MetricValue.estimatedMillis(stats.quantile(0.99)));
  }
}
