package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.schemas.AnomalyKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Clause: entries of context, tags or metadata that a trace must have ({@code requiredContext}).
 */
record RequiredContext(List<String> names) implements Clause {

  static Optional<Clause> of(ContractConfig config) {
    return config.requiredContext().isEmpty()
        ? Optional.empty()
        : Optional.of(new RequiredContext(config.requiredContext()));
  }

  @Override
  public JudgeInterest interest() {
    return JudgeInterest.ALL;
  }

  @Override
  public void judge(Timeline timeline, long nowMs, ClauseReport report) {
    if (!isDue(timeline)) {
      return;
    }
    TraceSnapshot trace = timeline.trace();
    List<String> missing = names.stream().filter(name -> !hasEntry(trace, name)).toList();
    if (!missing.isEmpty()) {
      report.breach(
          AnomalyKind.MISSING_CONTEXT,
          "requiredContext",
          Map.of("context_entries", (double) names.size() - missing.size()),
          Map.of("context_entries", (double) names.size()),
          "it has no " + String.join(" and no ", missing));
    }
  }

  /** From the first plan or approval on, and at the end. */
  private static boolean isDue(Timeline timeline) {
    return timeline.endMicros().isPresent()
        || timeline.entries().stream()
            .anyMatch(
                step ->
                    step.kind() == TraceStep.Kind.PLAN_EXECUTION
                        || step.kind() == TraceStep.Kind.APPROVAL_WORKFLOW);
  }

  private static boolean hasEntry(TraceSnapshot trace, String name) {
    return !trace.context().getOrDefault(name, "").isBlank()
        || !trace.tags().getOrDefault(name, "").isBlank()
        || !trace.metadata().getOrDefault(name, "").isBlank();
  }
}
