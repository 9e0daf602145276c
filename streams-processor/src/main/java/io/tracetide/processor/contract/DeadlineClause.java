package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Expiry;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.schemas.AnomalyKind;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Clause: time at which a trace must have ended ({@code deadline}). */
record DeadlineClause(String text, Deadline deadline) implements Clause {

  static Optional<Clause> of(ContractConfig config) {
    return config.deadline().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DeadlineClause(
                config.deadline(), Deadline.of(config.deadline(), config.timeZone())));
  }

  @Override
  public JudgeInterest interest() {
    return deadline.interest();
  }

  @Override
  public void judge(Timeline timeline, long nowMs, ClauseReport report) {
    OptionalLong start = timeline.trace().startedAtMicros();
    if (start.isEmpty()) {
      return;
    }
    long startMs = Math.floorDiv(start.getAsLong(), 1_000L);
    Instant due = deadline.after(Instant.ofEpochMilli(startMs));
    long allowedMicros = (due.toEpochMilli() - startMs) * 1_000;
    Expiry time = new Expiry(start.getAsLong(), timeline.endMicros(), allowedMicros);
    if (report.isExceeded(time, nowMs)) {
      long late = time.elapsedMicros(nowMs) - allowedMicros;
      report.breach(
          AnomalyKind.DEADLINE,
          "deadline",
          Map.of("late_ms", late / 1_000.0),
          Map.of("late_ms", 0.0),
          "%s %s after its deadline of %s"
              .formatted(
                  time.endMicros().isPresent() ? "it ended" : "it is still open",
                  ClauseReport.text(late),
                  text));
    }
  }
}
