package io.tracetide.processor.incident;

import io.tracetide.schemas.AnomalyKind;

/**
 * What an anomaly shows about its operation.
 *
 * @param size 0 to 1, see {@link DeviationSize}
 */
record Deviation(TracedOperation operation, AnomalyKind kind, double size, long openedAtMs) {

  /** Whether callers cause it; all other deviations are caused by callees. */
  boolean isFromCallers() {
    return kind == AnomalyKind.THROUGHPUT;
  }
}
