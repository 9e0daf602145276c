package io.tracetide.standalone.evaluate;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.incident.Call;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** What can be evaluated on recorded windows. */
public enum EvaluatedDetector {
  /** The processor's detection by evidence. */
  EVIDENCE,
  /** The learned detector of the processor with the isolation forest. */
  ISOLATION_FOREST,
  /** The learned detector of the processor with the random cut forest. */
  RANDOM_CUT_FOREST,
  /** The learned detector of the processor with its robust band alone. */
  ROBUST_Z;

  /** Name on the command line. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Runs the detector with its default settings over all windows.
   *
   * @param calls calls between operations, by which anomalies of detection by evidence are linked
   * @param nanoTime a clock in nanoseconds, for the time that the detector takes
   */
  public Evaluation run(WindowTable table, List<Call> calls, LongSupplier nanoTime) {
    DetectionConfig learned = DetectionConfig.defaults();
    return switch (this) {
      case EVIDENCE ->
          EvidenceRun.over(table, calls, learned.withEngine(DetectionConfig.EVIDENCE), nanoTime);
      case ISOLATION_FOREST, RANDOM_CUT_FOREST ->
          LearnedRun.over(table, learned.withEngine(option()), nanoTime);
      case ROBUST_Z -> LearnedRun.over(table, learned.withoutModels(), nanoTime);
    };
  }

  /**
   * The detector of an option.
   *
   * @throws IllegalArgumentException when there is none, with the names of all
   */
  public static EvaluatedDetector named(String option) {
    List<EvaluatedDetector> all = Arrays.asList(values());
    return all.stream()
        .filter(one -> one.option().equals(option.replace('-', '_')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no detector is named %s; for windows there are %s"
                        .formatted(
                            option,
                            String.join(
                                ", ", all.stream().map(EvaluatedDetector::option).toList()))));
  }
}
