package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.StepPattern;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.processor.workflow.TimelineEntry;
import io.tracetide.schemas.AnomalyKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Clause: the allowed order of steps ({@code steps}); reports the first violation in a trace. */
final class StepOrder implements Clause {

  private static final int BEFORE_FIRST = -1;

  private final List<StepConfig> steps;
  private final List<StepPattern> patterns;

  private StepOrder(List<StepConfig> steps) {
    this.steps = steps;
    this.patterns = steps.stream().map(step -> StepPattern.of(step.name())).toList();
  }

  static Optional<Clause> of(ContractConfig config) {
    return config.steps().isEmpty()
        ? Optional.empty()
        : Optional.of(new StepOrder(config.ordered() ? config.steps() : List.of()));
  }

  /**
   * A step in the wrong place, or an end before a required step.
   *
   * @param at number of steps in the right order before it
   * @param sentence description, as the rest of a sentence
   */
  private record Violation(int at, String sentence) {}

  /** Ordinary spans may violate it by a step, or by a missing one. */
  @Override
  public JudgeInterest interest() {
    return steps.stream().anyMatch(step -> !step.optional())
            || patterns.stream().anyMatch(StepPattern::matchesOrdinarySpan)
        ? JudgeInterest.ALL
        : JudgeInterest.NONE;
  }

  /** The order is not judged when steps of the trace were dropped. */
  @Override
  public void judge(Timeline timeline, long nowMs, ClauseReport report) {
    if (!timeline.isComplete()) {
      return;
    }
    violation(timeline)
        .ifPresent(
            violation ->
                report.breach(
                    AnomalyKind.WRONG_ORDER,
                    "steps",
                    Map.of("steps_in_order", (double) violation.at()),
                    Map.of(),
                    violation.sentence()));
  }

  /** The first violation. A trace that did not complete may end after any step. */
  private Optional<Violation> violation(Timeline timeline) {
    int at = BEFORE_FIRST;
    int inOrder = 0;
    for (TimelineEntry entry : timeline.entries()) {
      List<Integer> candidates = candidates(entry);
      if (candidates.isEmpty()) {
        continue;
      }
      List<Integer> allowed = next(at);
      int here = at;
      Optional<Integer> taken =
          candidates.stream()
              .filter(allowed::contains)
              .min((a, b) -> Integer.compare(preference(here, a), preference(here, b)));
      if (taken.isEmpty()) {
        return Optional.of(new Violation(inOrder, misplaced(entry, at, allowed)));
      }
      at = taken.get();
      inOrder++;
    }
    return timeline.isCompleted() && !mayEnd(at)
        ? Optional.of(new Violation(inOrder, "it completed " + after(at) + missing(next(at))))
        : Optional.empty();
  }

  /** Preference among candidates: a later step, then the same step again, then an earlier one. */
  private static int preference(int here, int candidate) {
    return candidate > here ? candidate - here : 1_000_000 + here - candidate;
  }

  private List<Integer> candidates(TimelineEntry entry) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(entry)) {
        found.add(i);
      }
    }
    return found;
  }

  private List<Integer> next(int at) {
    List<Integer> next = new ArrayList<>();
    if (at != BEFORE_FIRST && steps.get(at).repeatable()) {
      next.add(at);
    }
    if (at != BEFORE_FIRST && !steps.get(at).then().isEmpty()) {
      for (int i = 0; i < steps.size(); i++) {
        if (steps.get(at).then().contains(steps.get(i).name())) {
          next.add(i);
        }
      }
      return next;
    }
    for (int i = at + 1; i < steps.size(); i++) {
      next.add(i);
      if (!steps.get(i).optional()) {
        break;
      }
    }
    return next;
  }

  private boolean mayEnd(int at) {
    if (at != BEFORE_FIRST && !steps.get(at).then().isEmpty()) {
      return steps.get(at).then().contains(StepConfig.END);
    }
    return steps.subList(at + 1, steps.size()).stream().allMatch(StepConfig::optional);
  }

  private String misplaced(TimelineEntry entry, int at, List<Integer> allowed) {
    return "%s came %s%s".formatted(entry.shown(), after(at), missing(allowed));
  }

  private String after(int at) {
    return at == BEFORE_FIRST ? "first" : "after " + steps.get(at).name();
  }

  private String missing(List<Integer> allowed) {
    return allowed.isEmpty()
        ? ", where no step is allowed"
        : ", where "
            + allowed.stream().map(i -> steps.get(i).name()).collect(Collectors.joining(" or "))
            + " is due";
  }
}
