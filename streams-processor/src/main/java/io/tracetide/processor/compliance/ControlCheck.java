package io.tracetide.processor.compliance;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.schemas.AnomalyKind;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The check of one control on the timeline of one trace. */
public interface ControlCheck {

  /**
   * A violation of the control.
   *
   * @param kind kind of the anomaly
   * @param observed observed values by name
   * @param expected expected values by name
   * @param sentence describes it, without names of people
   */
  record Violation(
      AnomalyKind kind,
      Map<String, Double> observed,
      Map<String, Double> expected,
      String sentence) {}

  /** Which finished spans may violate the control. */
  JudgeInterest interest();

  /** Whether spans of traces that the control does not match may violate it, too. */
  default boolean coversEverySpan() {
    return false;
  }

  /**
   * Checks a trace; empty when it complies.
   *
   * @param judgeAgain receives the time at which the trace has to be checked again
   */
  Optional<Violation> check(Timeline timeline, long nowMs, Consumer<OptionalLong> judgeAgain);
}
