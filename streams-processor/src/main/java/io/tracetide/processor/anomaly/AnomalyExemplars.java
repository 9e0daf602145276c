package io.tracetide.processor.anomaly;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Exemplars;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Example traces of an anomaly.
 *
 * @param exemplars the most informative ones
 * @param traceIds traces that broke the rule, newest first; empty for anomalies of windows
 */
public record AnomalyExemplars(Exemplars exemplars, List<String> traceIds) {

  public AnomalyExemplars {
    traceIds = List.copyOf(traceIds);
  }

  /** The exemplars of the previous record. */
  static AnomalyExemplars of(@Nullable Anomaly before) {
    return before == null
        ? new AnomalyExemplars(new Exemplars(null, null, null), List.of())
        : new AnomalyExemplars(before.getExemplars(), before.getTraceIds());
  }
}
