package io.tracetide.processor.compliance;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.workflow.Expiry;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.processor.workflow.Vocabulary;
import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Checks {@link ControlConfig.Retention} on the contexts of a trace. */
final class RetentionCheck implements ControlCheck {
  private final Duration longest;

  RetentionCheck(ControlConfig.Retention config) {
    this.longest = config.keepAtMost();
  }

  @Override
  public JudgeInterest interest() {
    return JudgeInterest.NONE;
  }

  @Override
  public Optional<Violation> check(
      Timeline timeline, long nowMs, Consumer<OptionalLong> judgeAgain) {
    long elapsed = 0;
    for (TraceStep step : timeline.trace().steps()) {
      if (Vocabulary.isContextCreated(step)) {
        Expiry kept =
            new Expiry(step.atMicros(), removed(step, timeline.trace()), longest.toNanos() / 1_000);
        judgeAgain.accept(kept.exceededAtMs(nowMs));
        if (kept.isExceeded(nowMs)) {
          elapsed = Math.max(elapsed, kept.elapsedMicros(nowMs));
        }
      }
    }
    return elapsed == 0 ? Optional.empty() : Optional.of(violation(elapsed));
  }

  private Violation violation(long elapsedMicros) {
    return new Violation(
        AnomalyKind.RETENTION,
        Map.of("kept_ms", elapsedMicros / 1_000.0),
        Map.of("kept_ms", (double) longest.toMillis()),
        "a context was kept for "
            + AnomalyValues.overLimit(elapsedMicros, longest.toNanos() / 1_000));
  }

  private static OptionalLong removed(TraceStep created, TraceSnapshot trace) {
    String id = contextId(created);
    return trace.steps().stream()
        .filter(step -> step.atMicros() >= created.atMicros())
        .filter(Vocabulary::isRemoved)
        .filter(step -> id.isEmpty() || contextId(step).isEmpty() || contextId(step).equals(id))
        .mapToLong(TraceStep::atMicros)
        .min();
  }

  private static String contextId(TraceStep step) {
    return Vocabulary.attribute(step, "contextId");
  }
}
