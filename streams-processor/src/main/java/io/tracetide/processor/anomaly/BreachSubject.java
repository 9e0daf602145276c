package io.tracetide.processor.anomaly;

import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;

/**
 * The common subject of breaches of several traces, about which there is one anomaly.
 *
 * @param series operation whose traces they are
 * @param rule contract and clause, or framework and control; empty when there is none
 */
public record BreachSubject(SeriesId series, Detector detector, AnomalyKind kind, String rule) {

  static BreachSubject of(TraceFinding finding) {
    return new BreachSubject(
        SeriesId.ofOperation(finding.tenant(), finding.service(), finding.operation()),
        finding.breach().detector(),
        finding.breach().kind(),
        finding.breach().rule());
  }
}
