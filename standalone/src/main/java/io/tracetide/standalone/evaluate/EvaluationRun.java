package io.tracetide.standalone.evaluate;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.incident.Call;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * How windows are evaluated.
 *
 * @param detection settings of the detector
 * @param calls calls between operations, by which anomalies of detection by evidence are linked
 * @param bands receives the expected bands of detection by evidence; empty when they are not needed
 * @param progress receives the number of windows that are done
 * @param nanoTime a clock in nanoseconds, for the time that the detector takes
 */
public record EvaluationRun(
    DetectionConfig detection,
    List<Call> calls,
    Optional<ExpectedBands> bands,
    LongConsumer progress,
    LongSupplier nanoTime) {

  public EvaluationRun {
    calls = List.copyOf(calls);
  }

  /**
   * Runs the detector over all windows. A window without any row is one without spans.
   *
   * @throws IllegalArgumentException when learned detection is off
   */
  public Evaluation over(WindowTable table) {
    if (detection.isEvidence()) {
      return EvidenceRun.over(table, this);
    }
    if (detection.isOutlierEngine()) {
      return LearnedRun.over(table, this);
    }
    throw new IllegalArgumentException(
        "processor.detection.maxSeries is 0, which turns learned detection off: set it to 1 or more"
            + " to evaluate");
  }
}
