package io.tracetide.processor.topology.anomaly;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Exemplars;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Traces that show an anomaly.
 *
 * @param exemplars those worth opening first
 * @param traceIds those that broke the rule, newest first; empty when it is of windows
 */
record AnomalyExemplars(Exemplars exemplars, List<String> traceIds) {

  AnomalyExemplars {
    traceIds = List.copyOf(traceIds);
  }

  /** Those of the record before. */
  static AnomalyExemplars of(@Nullable Anomaly before) {
    return before == null
        ? new AnomalyExemplars(new Exemplars(null, null, null), List.of())
        : new AnomalyExemplars(before.getExemplars(), before.getTraceIds());
  }
}
