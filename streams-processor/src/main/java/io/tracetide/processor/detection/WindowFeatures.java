package io.tracetide.processor.detection;

import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.Exemplars;

/**
 * What the detector looks at in one window of one operation.
 *
 * @param count work that finished, each piece counted by its sampling weight
 * @param spans work that finished and was seen
 * @param errorRate share of it that failed, 0 to 1
 * @param p95Micros 95th percentile of the durations; NaN when nothing had a duration
 * @param exemplars traces of the window
 */
public record WindowFeatures(
    double count, long spans, double errorRate, double p95Micros, Exemplars exemplars) {

  /** A window in which nothing finished. */
  public static final WindowFeatures SILENT = new WindowFeatures(0, 0, 0, Double.NaN);

  /** A window of which no trace is known. */
  public WindowFeatures(double count, long spans, double errorRate, double p95Micros) {
    this(count, spans, errorRate, p95Micros, new Exemplars(null, null, null));
  }

  public static WindowFeatures of(WindowStats stats) {
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
