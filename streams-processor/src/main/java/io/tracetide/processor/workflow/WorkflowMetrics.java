package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.mapping.DurationLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Derives metrics from the plans, approvals and milestones of a trace. The known attributes are
 * those of {@link Vocabulary}.
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>metric</th><th>when</th><th>value</th></tr>
 * <tr><td>{@link #APPROVAL_WAIT}</td><td>an approval is first taken into review, or decided</td><td>time since it was requested</td></tr>
 * <tr><td>{@link #APPROVAL_DECISION}</td><td>an approval is approved or rejected</td><td>time since the review began, or since the request when there was no review</td></tr>
 * <tr><td>{@link #PLAN_EFFICIENCY}</td><td>a plan is done</td><td>as reported; otherwise the planned over the actual time, at most 100; otherwise the share of its steps that were completed</td></tr>
 * <tr><td>{@link #OBJECTIVES}</td><td>an objective is reached</td><td>1, or the reported number; a window's sum is their number</td></tr>
 * </table>
 */
public final class WorkflowMetrics {

  public static final String APPROVAL_WAIT = "approval_wait_ms";
  public static final String APPROVAL_DECISION = "approval_decision_ms";
  public static final String PLAN_EFFICIENCY = "plan_efficiency_percent";
  public static final String OBJECTIVES = "objectives_completed";

  private WorkflowMetrics() {}

  /**
   * All measurements of a trace, by time.
   *
   * <p>A measurement exists as soon as the events that it is derived from have arrived, and keeps
   * its identity: a request has one wait, by its first review. When events arrive out of order, a
   * measurement may be derived from fewer of them.
   */
  public static List<SpanMeasurement> of(TraceSnapshot trace) {
    List<SpanMeasurement> found = new ArrayList<>();
    for (TraceStep step : trace.steps()) {
      switch (step.kind()) {
        case APPROVAL_WORKFLOW -> measureApproval(step, trace, found);
        case PLAN_EXECUTION -> {
          measurePlan(step, trace, found);
          measureObjectives(step, trace, found);
        }
        case TRACE_MILESTONE -> measureObjectives(step, trace, found);
        case STARTED, UPDATED, ENDED, EVENT, CONTEXT_LIFECYCLE -> {}
      }
    }
    return SpanMeasurement.added(List.of(), found);
  }

  private static void measureApproval(
      TraceStep step, TraceSnapshot trace, List<SpanMeasurement> found) {
    Optional<Vocabulary.Approval> approval = Vocabulary.approval(step);
    boolean inReview = approval.filter(Vocabulary.Approval.IN_REVIEW::equals).isPresent();
    boolean decided =
        approval
            .filter(
                state ->
                    state == Vocabulary.Approval.APPROVED || state == Vocabulary.Approval.REJECTED)
            .isPresent();
    if (!inReview && !decided) {
      return;
    }
    Optional<TraceStep> request = latest(Vocabulary.Approval.REQUESTED, step, trace);
    Optional<TraceStep> review =
        latest(Vocabulary.Approval.IN_REVIEW, step, trace)
            .filter(r -> request.isEmpty() || r.atMicros() >= request.get().atMicros());
    String id = Vocabulary.approvalId(step);
    if (request.isPresent() && review.isEmpty() && isMeasurable(request.get(), step)) {
      TraceStep requested = request.get();
      found.add(
          measurement(
              step,
              trace,
              APPROVAL_WAIT,
              millisBetween(requested, step),
              id + '\n' + requested.atMicros()));
    }
    if (decided) {
      review
          .or(() -> request)
          .filter(from -> isMeasurable(from, step))
          .ifPresent(
              from ->
                  found.add(
                      measurement(
                          step,
                          trace,
                          APPROVAL_DECISION,
                          millisBetween(from, step),
                          id + '\n' + step.atMicros() + '\n' + Vocabulary.approver(step))));
    }
  }

  /** The latest event before a step that reports this state of the same approval. */
  private static Optional<TraceStep> latest(
      Vocabulary.Approval state, TraceStep before, TraceSnapshot trace) {
    Optional<TraceStep> latest = Optional.empty();
    for (TraceStep step : trace.steps()) {
      if (step.equals(before)) {
        break;
      }
      if (Vocabulary.approval(step).filter(state::equals).isPresent()
          && Vocabulary.isOfSameApproval(step, before)) {
        latest = Optional.of(step);
      }
    }
    return latest;
  }

  private static void measurePlan(
      TraceStep step, TraceSnapshot trace, List<SpanMeasurement> found) {
    if (Vocabulary.isDone(step)) {
      efficiency(step, trace)
          .ifPresent(
              percent ->
                  found.add(
                      measurement(
                          step,
                          trace,
                          PLAN_EFFICIENCY,
                          Math.min(100, percent),
                          Vocabulary.attribute(step, "planId") + '\n' + step.atMicros())));
    }
  }

  private static OptionalDouble efficiency(TraceStep done, TraceSnapshot trace) {
    OptionalDouble reported = number(done, "efficiency");
    if (reported.isPresent()) {
      double value = reported.getAsDouble();
      return OptionalDouble.of(value <= 1 ? value * 100 : value);
    }
    OptionalDouble planned = number(done, "plannedDurationMs");
    OptionalDouble began =
        trace.steps().stream()
            .filter(step -> step.kind() == TraceStep.Kind.PLAN_EXECUTION)
            .filter(step -> step.atMicros() <= done.atMicros() && Vocabulary.isBeginning(step))
            .mapToDouble(TraceStep::atMicros)
            .max();
    if (planned.isPresent() && began.isPresent() && done.atMicros() > began.getAsDouble()) {
      double realMs = (done.atMicros() - began.getAsDouble()) / 1_000;
      return OptionalDouble.of(100 * planned.getAsDouble() / realMs);
    }
    OptionalDouble steps = number(done, "completedSteps");
    OptionalDouble total = number(done, "totalSteps");
    return steps.isPresent() && total.isPresent() && total.getAsDouble() > 0
        ? OptionalDouble.of(100 * steps.getAsDouble() / total.getAsDouble())
        : OptionalDouble.empty();
  }

  private static void measureObjectives(
      TraceStep step, TraceSnapshot trace, List<SpanMeasurement> found) {
    OptionalDouble reported = number(step, "objectivesCompleted");
    boolean one =
        step.kind() == TraceStep.Kind.TRACE_MILESTONE
            && (Vocabulary.word(step.name()).equals("objective_completed")
                || !Vocabulary.attribute(step, "objective").isEmpty());
    if (reported.isPresent() || one) {
      found.add(
          measurement(
              step,
              trace,
              OBJECTIVES,
              reported.orElse(1),
              step.name()
                  + '\n'
                  + Vocabulary.attribute(step, "objective")
                  + '\n'
                  + step.atMicros()));
    }
  }

  private static OptionalDouble number(TraceStep step, String attribute) {
    String text = Vocabulary.attribute(step, attribute);
    try {
      double value = text.isEmpty() ? Double.NaN : Double.parseDouble(text);
      return Double.isFinite(value) && value >= 0
          ? OptionalDouble.of(value)
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** The times of steps come from services; an implausible difference is not measured. */
  private static boolean isMeasurable(TraceStep from, TraceStep to) {
    return DurationLimit.allows(to.atMicros() - from.atMicros());
  }

  private static double millisBetween(TraceStep from, TraceStep to) {
    return (to.atMicros() - from.atMicros()) / 1_000.0;
  }

  private static SpanMeasurement measurement(
      TraceStep step, TraceSnapshot trace, String metric, double value, String about) {
    return new SpanMeasurement(
        step.service(), trace.operation(), metric, value, step.atMicros(), about);
  }
}
