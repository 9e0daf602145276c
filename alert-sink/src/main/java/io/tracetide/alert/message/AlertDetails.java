package io.tracetide.alert.message;

import io.tracetide.alert.decision.Severity;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import java.util.List;

/**
 * One alert of a message.
 *
 * @param alert the alert
 * @param summary its summary sentence; its alert name when it has none
 * @param severity its severity
 * @param measures observed and expected values of the window of the greatest deviation; empty for
 *     alerts of other systems
 * @param traces exemplar traces of that window
 * @param runbook address of the runbook; empty when there is none
 */
public record AlertDetails(
    Alert alert,
    String summary,
    Severity severity,
    List<MeasuredValue> measures,
    List<TraceLink> traces,
    String runbook) {

  public AlertDetails {
    measures = List.copyOf(measures);
    traces = List.copyOf(traces);
  }

  public boolean isFiring() {
    return alert.getStatus() == AlertStatus.FIRING;
  }

  /** A label's value; empty when the alert does not have the label. */
  public String label(String name) {
    return alert.getLabels().getOrDefault(name, "");
  }
}
