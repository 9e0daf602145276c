package io.tracetide.processor.ledger.trace;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.Map;

/**
 * A violated rule of one trace, for as long as it is violated.
 *
 * @param detector LEDGER, CONTRACT or COMPLIANCE
 * @param rule name of the violated contract or control, and of its clause; empty when there is none
 * @param observed observed values by feature; the unit is in the feature's name
 * @param expected expected values by the same features
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

  /** Longer summaries are cut: they may contain names of steps, whose length is not limited. */
  private static final int MOST_SUMMARY = 2_048;

  public Breach {
    summary = summary.substring(0, Math.min(summary.length(), MOST_SUMMARY));
    observed = Map.copyOf(observed);
    expected = Map.copyOf(expected);
  }
}
