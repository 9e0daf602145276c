package io.tracetide.processor.detection;

import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;

/**
 * Limits below which a deviation is no anomaly, however unusual it is.
 *
 * @param ignoreBelow 95th percentile of the durations below which slower spans are ignored
 * @param minTraffic usual number of spans in a window below which an operation is ignored
 */
public record ReportLimits(Duration ignoreBelow, double minTraffic) {

  /**
   * Whether a deviation is an anomaly.
   *
   * @param p95Micros 95th percentile of the durations in the window, in microseconds
   * @param usualSpans usual number of spans in a window
   */
  public boolean allow(AnomalyKind kind, double p95Micros, double usualSpans) {
    boolean fast = kind == AnomalyKind.LATENCY && p95Micros < ignoreBelow.toNanos() / 1e3;
    return !fast && usualSpans >= minTraffic;
  }
}
