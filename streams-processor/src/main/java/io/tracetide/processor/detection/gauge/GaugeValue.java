package io.tracetide.processor.detection.gauge;

import io.tracetide.processor.window.ValueKind;
import io.tracetide.processor.window.WindowStats;
import org.jspecify.annotations.Nullable;

/**
 * The value of a metric in a window: the mean of a gauge, the rate per second of a counter.
 *
 * @param unit in UCUM notation; empty when there is none
 */
record GaugeValue(double value, ValueKind kind, String unit) {

  /** The value of a window; null when it has none, or its values are not of one such kind. */
  static @Nullable GaugeValue of(@Nullable WindowStats stats, double windowSeconds) {
    ValueKind kind = stats == null ? null : stats.kind();
    if (stats == null || kind == null || kind == ValueKind.DISTRIBUTION) {
      return null;
    }
    double value = kind == ValueKind.COUNTER ? stats.sum() / windowSeconds : stats.mean();
    return Double.isFinite(value) && Float.isFinite((float) value)
        ? new GaugeValue(value, kind, stats.unit())
        : null;
  }
}
