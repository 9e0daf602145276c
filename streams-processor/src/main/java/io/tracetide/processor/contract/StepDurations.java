package io.tracetide.processor.contract;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Expiry;
import io.tracetide.processor.workflow.StepPattern;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.processor.workflow.TimelineEntry;
import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Clause: maximum durations of steps ({@code maxStepDuration}). */
record StepDurations(List<Limit> limits) implements Clause {

  /** A step with a maximum duration. */
  private record Limit(String step, StepPattern pattern, Duration longest) {}

  static Optional<Clause> of(ContractConfig config) {
    List<Limit> limits =
        config.steps().stream()
            .flatMap(
                step ->
                    step.maxStepDuration().stream()
                        .map(most -> new Limit(step.name(), StepPattern.of(step.name()), most)))
            .toList();
    return limits.isEmpty() ? Optional.empty() : Optional.of(new StepDurations(limits));
  }

  @Override
  public JudgeInterest interest() {
    return limits.stream().anyMatch(limit -> limit.pattern().matchesOrdinarySpan())
        ? JudgeInterest.ALL
        : JudgeInterest.NONE;
  }

  @Override
  public void judge(Timeline timeline, long nowMs, ClauseReport report) {
    limits.forEach(limit -> judge(limit, timeline, nowMs, report));
  }

  private static void judge(Limit limit, Timeline timeline, long nowMs, ClauseReport report) {
    long longest = 0;
    Optional<TimelineEntry> worst = Optional.empty();
    for (TimelineEntry entry : timeline.entries()) {
      if (limit.pattern().matches(entry)) {
        Expiry time = expiry(entry, limit.longest());
        if (report.isExceeded(time, nowMs) && time.elapsedMicros(nowMs) > longest) {
          longest = time.elapsedMicros(nowMs);
          worst = Optional.of(entry);
        }
      }
    }
    if (worst.isPresent()) {
      boolean over = worst.get().untilMicros() != TimelineEntry.NOT_ENDED;
      report.breach(
          AnomalyKind.STEP_TIMEOUT,
          "maxStepDuration." + limit.step(),
          Map.of("step_ms", longest / 1_000.0),
          Map.of("step_ms", (double) limit.longest().toMillis()),
          "%s %s %s"
              .formatted(
                  worst.get().shown(),
                  over ? "took" : "has taken",
                  AnomalyValues.overLimit(longest, ClauseReport.micros(limit.longest()))));
    }
  }

  private static Expiry expiry(TimelineEntry entry, Duration longest) {
    return new Expiry(
        entry.atMicros(),
        entry.untilMicros() == TimelineEntry.NOT_ENDED
            ? OptionalLong.empty()
            : OptionalLong.of(entry.untilMicros()),
        ClauseReport.micros(longest));
  }
}
