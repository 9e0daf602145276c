package io.tracetide.processor.ledger.trace;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.Map;

/**
 * Something that is wrong with one trace, as long as it is.
 *
 * @param detector LEDGER, CONTRACT or COMPLIANCE
 * @param rule name of the contract or control that is broken, and of its clause; empty when none is
 * @param observed what was seen, by feature; the unit is in the feature's name
 * @param expected what was expected, by the same features
 * @param summary one plain sentence, without the trace's id
 */
public record Breach(
    Detector detector,
    AnomalyKind kind,
    String rule,
    Severity severity,
    Map<String, Double> observed,
    Map<String, Double> expected,
    String summary) {

  /** Longer summaries are cut: they may name steps, whose names are as long as services like. */
  private static final int MOST_SUMMARY = 2_048;

  public Breach {
    summary = summary.substring(0, Math.min(summary.length(), MOST_SUMMARY));
    observed = Map.copyOf(observed);
    expected = Map.copyOf(expected);
  }
}
