package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.LifecycleState;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The steps of a trace by time, as contracts judge them: starts of spans, changes of a span's
 * operation, and events. A step ends when its approval is decided, its plan is done or its span
 * ends; a step without an end of its own ends at the next step.
 */
public final class Timeline {

  private final TraceSnapshot trace;
  private final List<TimelineEntry> entries;
  private final OptionalLong endMicros;

  private Timeline(TraceSnapshot trace, List<TimelineEntry> entries, OptionalLong endMicros) {
    this.trace = trace;
    this.entries = entries;
    this.endMicros = endMicros;
  }

  public static Timeline of(TraceSnapshot trace) {
    OptionalLong end = end(trace.state());
    List<TraceStep> steps = trace.steps();
    Set<String> started = new HashSet<>();
    for (TraceStep step : steps) {
      if (step.kind() == TraceStep.Kind.STARTED) {
        started.add(step.spanId());
      }
    }
    List<TimelineEntry> found = new ArrayList<>(steps.size());
    String operation = "";
    for (TraceStep step : steps) {
      switch (step.kind()) {
        case STARTED -> found.add(entry(step, step.name()));
        case ENDED -> {
          // A finished span may be reported by its end only.
          if (started.add(step.spanId())) {
            found.add(entry(start(step), step.operation()));
          }
        }
        case UPDATED -> {
          String now = step.spanId() + '\n' + step.name();
          if (!step.name().isEmpty() && !now.equals(operation)) {
            operation = now;
            found.add(entry(step, step.name()));
          }
        }
        case EVENT, CONTEXT_LIFECYCLE, PLAN_EXECUTION, APPROVAL_WORKFLOW, TRACE_MILESTONE ->
            found.add(entry(step, step.name()));
      }
    }
    found.sort((a, b) -> Long.compare(a.atMicros(), b.atMicros()));
    List<TimelineEntry> bounded = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      TimelineEntry each = found.get(i);
      long next = i + 1 < found.size() ? found.get(i + 1).atMicros() : TimelineEntry.NOT_ENDED;
      long until = Math.min(until(each.step(), steps, next), end.orElse(TimelineEntry.NOT_ENDED));
      bounded.add(new TimelineEntry(each.step(), each.word(), Math.max(until, each.atMicros())));
    }
    return new Timeline(trace, List.copyOf(bounded), end);
  }

  private static TimelineEntry entry(TraceStep step, String name) {
    return new TimelineEntry(step, Vocabulary.word(name), TimelineEntry.NOT_ENDED);
  }

  /** The start of a span of which only the end was reported. */
  private static TraceStep start(TraceStep end) {
    return new TraceStep(
        end.atMicros() - micros(end),
        TraceStep.Kind.STARTED,
        end.service(),
        end.operation(),
        end.spanId(),
        end.operation(),
        end.attributes());
  }

  private static long micros(TraceStep end) {
    String text = Vocabulary.attribute(end, "durationMicros");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private static OptionalLong end(LifecycleState state) {
    if (state instanceof LifecycleState.Completed completed) {
      return OptionalLong.of(completed.endedAtMicros());
    }
    if (state instanceof LifecycleState.Failed failed) {
      return OptionalLong.of(failed.endedAtMicros());
    }
    if (state instanceof LifecycleState.Cancelled cancelled) {
      return OptionalLong.of(cancelled.endedAtMicros());
    }
    if (state instanceof LifecycleState.Abandoned abandoned) {
      return OptionalLong.of(abandoned.sinceMs() * 1_000);
    }
    return OptionalLong.empty();
  }

  private static long until(TraceStep step, List<TraceStep> steps, long next) {
    return switch (step.kind()) {
      case STARTED -> firstAfter(step, steps, later -> isEndOf(step, later));
      case UPDATED ->
          firstAfter(step, steps, later -> isEndOf(step, later) || changesOperation(step, later));
      case APPROVAL_WORKFLOW ->
          Vocabulary.approval(step).map(Vocabulary.Approval::isEnd).orElse(true)
              ? step.atMicros()
              : firstAfter(step, steps, later -> decides(step, later));
      case PLAN_EXECUTION, CONTEXT_LIFECYCLE ->
          Vocabulary.isBeginning(step)
              ? firstAfter(step, steps, later -> closes(step, later))
              : next;
      case EVENT, TRACE_MILESTONE, ENDED -> next;
    };
  }

  private static long firstAfter(
      TraceStep step, List<TraceStep> steps, Predicate<TraceStep> wanted) {
    for (TraceStep later : steps) {
      if (later.atMicros() >= step.atMicros() && wanted.test(later)) {
        return later.atMicros();
      }
    }
    return TimelineEntry.NOT_ENDED;
  }

  private static boolean isEndOf(TraceStep step, TraceStep later) {
    return later.kind() == TraceStep.Kind.ENDED && later.spanId().equals(step.spanId());
  }

  private static boolean changesOperation(TraceStep step, TraceStep later) {
    return later.kind() == TraceStep.Kind.UPDATED
        && later.spanId().equals(step.spanId())
        && !later.name().isEmpty()
        && !later.name().equals(step.name());
  }

  private static boolean decides(TraceStep request, TraceStep later) {
    return Vocabulary.approval(later).map(Vocabulary.Approval::isEnd).orElse(false)
        && Vocabulary.isOfSameApproval(request, later);
  }

  private static boolean closes(TraceStep begun, TraceStep later) {
    return later.kind() == begun.kind() && Vocabulary.isEnding(later);
  }

  public TraceSnapshot trace() {
    return trace;
  }

  /** The entries by time. */
  public List<TimelineEntry> entries() {
    return entries;
  }

  /**
   * When the trace ended or was abandoned, microseconds since the epoch; empty while it is open.
   */
  public OptionalLong endMicros() {
    return endMicros;
  }

  /** Whether the trace completed without failure. */
  public boolean isCompleted() {
    return trace.state() instanceof LifecycleState.Completed;
  }

  /** Whether no steps of the trace were dropped. */
  public boolean isComplete() {
    return trace.stepsDropped() == 0;
  }
}
