package io.tracetide.processor.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The order that a contract allows, and where a trace first leaves it. */
final class StepOrder {

  /** Before the first step. */
  private static final int NOWHERE = -1;

  private final List<StepConfig> steps;
  private final List<StepPattern> patterns;

  StepOrder(List<StepConfig> steps) {
    this.steps = steps;
    this.patterns = steps.stream().map(step -> StepPattern.of(step.name())).toList();
  }

  /**
   * A step where it may not be, or an end where one is missing.
   *
   * @param at how many steps in order came before it
   * @param sentence what is wrong, as the rest of a sentence
   */
  record Violation(int at, String sentence) {}

  /** Whether plain work may violate it: it has steps, or it misses some. */
  boolean looksAtPlainWork() {
    return steps.stream().anyMatch(step -> !step.optional())
        || patterns.stream().anyMatch(StepPattern::matchesPlainWork);
  }

  /** The first violation. A trace that was broken off may end anywhere. */
  Optional<Violation> violation(Timeline timeline) {
    int at = NOWHERE;
    int inOrder = 0;
    for (TimelineEntry occurrence : timeline.occurrences()) {
      List<Integer> candidates = candidates(occurrence);
      if (candidates.isEmpty()) {
        continue;
      }
      List<Integer> allowed = next(at);
      int here = at;
      Optional<Integer> taken =
          candidates.stream()
              .filter(allowed::contains)
              .min((a, b) -> Integer.compare(behind(here, a), behind(here, b)));
      if (taken.isEmpty()) {
        return Optional.of(new Violation(inOrder, misplaced(occurrence, at, allowed)));
      }
      at = taken.get();
      inOrder++;
    }
    return timeline.isCompleted() && !mayEnd(at)
        ? Optional.of(new Violation(inOrder, "it completed " + after(at) + missing(next(at))))
        : Optional.empty();
  }

  /** A step further on goes before the same one again, and that before one further back. */
  private static int behind(int here, int candidate) {
    return candidate > here ? candidate - here : 1_000_000 + here - candidate;
  }

  private List<Integer> candidates(TimelineEntry occurrence) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(occurrence)) {
        found.add(i);
      }
    }
    return found;
  }

  private List<Integer> next(int at) {
    List<Integer> next = new ArrayList<>();
    if (at != NOWHERE && steps.get(at).repeatable()) {
      next.add(at);
    }
    if (at != NOWHERE && !steps.get(at).then().isEmpty()) {
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
    if (at != NOWHERE && !steps.get(at).then().isEmpty()) {
      return steps.get(at).then().contains(StepConfig.END);
    }
    return steps.subList(at + 1, steps.size()).stream().allMatch(StepConfig::optional);
  }

  private String misplaced(TimelineEntry occurrence, int at, List<Integer> allowed) {
    return "%s came %s%s".formatted(occurrence.shown(), after(at), missing(allowed));
  }

  private String after(int at) {
    return at == NOWHERE ? "first" : "after " + steps.get(at).name();
  }

  private String missing(List<Integer> allowed) {
    return allowed.isEmpty()
        ? ", where no step is allowed"
        : ", where "
            + allowed.stream().map(i -> steps.get(i).name()).collect(Collectors.joining(" or "))
            + " is due";
  }
}
