package io.tracetide.processor.contract;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.workflow.Expiry;
import io.tracetide.processor.workflow.VerdictBuilder;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.time.Duration;
import java.util.Map;

/** What the clauses of one contract report about one trace. */
record ClauseReport(ContractConfig contract, VerdictBuilder verdict) {

  /**
   * Adds a breach.
   *
   * @param clause key of the clause
   * @param observed observed values by their names with units, such as {@code latency_ms}
   * @param expected their limits
   * @param sentence description, as the rest of a sentence
   */
  void breach(
      AnomalyKind kind,
      String clause,
      Map<String, Double> observed,
      Map<String, Double> expected,
      String sentence) {
    verdict.add(
        new Breach(
            Detector.CONTRACT,
            kind,
            contract.name() + "." + clause,
            contract.severity(),
            observed,
            expected,
            "contract %s is broken in %s: %s".formatted(contract.name(), clause, sentence)));
  }

  /** Requests another judgement when the time is exceeded; returns whether it is exceeded now. */
  boolean isExceeded(Expiry time, long nowMs) {
    verdict.judgeAgain(time.exceededAtMs(nowMs));
    return time.isExceeded(nowMs);
  }

  static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  static String text(long micros) {
    return AnomalyValues.duration(micros);
  }
}
