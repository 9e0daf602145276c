package io.tracetide.processor.incident;

import io.tracetide.schemas.AnomalyKind;

/**
 * What an anomaly shows about its operation.
 *
 * @param size 0 to 1, see {@link DeviationSize}
 */
record Symptom(TracedOperation operation, AnomalyKind kind, double size, long openedAtMs) {

  /** Whether callers cause it; all other symptoms are caused by callees. */
  boolean isFromCallers() {
    return kind == AnomalyKind.THROUGHPUT;
  }
}
