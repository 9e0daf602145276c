package io.tracetide.processor.detection;

import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.Exemplars;
import org.jspecify.annotations.Nullable;

/**
 * The features of one window of one operation.
 *
 * @param count finished spans, each counted by its sampling weight
 * @param spans finished spans that arrived
 * @param errorRate share of failed spans, 0 to 1
 * @param p95Micros 95th percentile of the durations; NaN when no span had a duration
 * @param exemplars traces of the window
 */
public record WindowFeatures(
    double count, long spans, double errorRate, double p95Micros, Exemplars exemplars) {

  /** A window without spans. */
  public static final WindowFeatures SILENT = new WindowFeatures(0, 0, 0, Double.NaN);

  /** A window without exemplars. */
  public WindowFeatures(double count, long spans, double errorRate, double p95Micros) {
    this(count, spans, errorRate, p95Micros, new Exemplars(null, null, null));
  }

  /** The features of a window; null stands for a window without spans. */
  static WindowFeatures of(@Nullable WindowStats stats) {
    if (stats == null) {
      return SILENT;
    }
    return new WindowFeatures(
        stats.weightedCount(),
        stats.count(),
        stats.errorRatePercent() / 100,
        stats.quantile(0.95),
        new Exemplars(stats.slowest(), stats.error(), stats.typical()));
  }

  boolean isSilent() {
    return spans == 0;
  }
}
