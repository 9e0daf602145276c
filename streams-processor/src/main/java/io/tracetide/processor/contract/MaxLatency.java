package io.tracetide.processor.contract;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Expiry;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.schemas.AnomalyKind;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Clause: maximum duration of a trace ({@code maxLatencyMs}). */
record MaxLatency(long limitMs) implements Clause {

  static Optional<Clause> of(ContractConfig config) {
    return config.maxLatencyMs().map(MaxLatency::new);
  }

  @Override
  public JudgeInterest interest() {
    return JudgeInterest.longerThan(limitMs * 1_000);
  }

  @Override
  public void judge(Timeline timeline, long nowMs, ClauseReport report) {
    OptionalLong start = timeline.trace().startedAtMicros();
    OptionalLong duration = timeline.trace().durationMicros();
    if (duration.isEmpty() && start.isEmpty()) {
      return;
    }
    // The duration measured by the service is preferred to the difference of two clocks.
    Expiry time =
        duration.isPresent()
            ? new Expiry(0, duration, limitMs * 1_000)
            : new Expiry(start.getAsLong(), timeline.endMicros(), limitMs * 1_000);
    if (report.isExceeded(time, nowMs)) {
      long elapsed = time.elapsedMicros(nowMs);
      report.breach(
          AnomalyKind.LATENCY,
          "maxLatencyMs",
          Map.of("latency_ms", elapsed / 1_000.0),
          Map.of("latency_ms", (double) limitMs),
          "%s %s"
              .formatted(
                  time.endMicros().isPresent() ? "it took" : "it has taken",
                  AnomalyValues.overLimit(elapsed, limitMs * 1_000)));
    }
  }
}
