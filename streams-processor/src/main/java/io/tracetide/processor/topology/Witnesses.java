package io.tracetide.processor.topology;

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
record Witnesses(Exemplars exemplars, List<String> traceIds) {

  Witnesses {
    traceIds = List.copyOf(traceIds);
  }

  /** Those of the record before. */
  static Witnesses of(@Nullable Anomaly before) {
    return before == null
        ? new Witnesses(new Exemplars(null, null, null), List.of())
        : new Witnesses(before.getExemplars(), before.getTraceIds());
  }
}
