package io.tracetide.processor.compliance;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.StepPattern;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.processor.workflow.TimelineEntry;
import io.tracetide.schemas.AnomalyKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Checks {@link ControlConfig.ForbiddenSequence}. */
final class ForbiddenSequenceCheck implements ControlCheck {
  private final List<StepPattern> sequence;
  private final Optional<StepPattern> unless;
  private final Violation violation;

  ForbiddenSequenceCheck(ControlConfig.ForbiddenSequence config) {
    this.sequence = config.sequence().stream().map(StepPattern::of).toList();
    this.unless =
        config.unless().isEmpty() ? Optional.empty() : Optional.of(StepPattern.of(config.unless()));
    this.violation =
        new Violation(
            AnomalyKind.FORBIDDEN_SEQUENCE,
            Map.of("forbidden_sequences", 1.0),
            Map.of("forbidden_sequences", 0.0),
            String.join(", then ", config.sequence())
                + unless.map(pattern -> ", without " + pattern).orElse(""));
  }

  @Override
  public JudgeInterest interest() {
    return sequence.stream().allMatch(StepPattern::matchesOrdinarySpan)
        ? JudgeInterest.ALL
        : JudgeInterest.NONE;
  }

  /** A step that matches {@code unless} restarts the search. */
  @Override
  public Optional<Violation> check(
      Timeline timeline, long nowMs, Consumer<OptionalLong> judgeAgain) {
    int found = 0;
    for (TimelineEntry entry : timeline.entries()) {
      if (sequence.get(found).matches(entry)) {
        found++;
        if (found == sequence.size()) {
          return Optional.of(violation);
        }
      } else if (unless.isPresent() && unless.get().matches(entry)) {
        found = 0;
      }
    }
    return Optional.empty();
  }
}
