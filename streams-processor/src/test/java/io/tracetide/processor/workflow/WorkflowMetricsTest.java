package io.tracetide.processor.workflow;

import static io.tracetide.processor.contract.Traces.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tracetide.processor.contract.Traces;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.schemas.mapping.DurationLimit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkflowMetricsTest {

  private static List<SpanMeasurement> of(Traces trace) {
    return WorkflowMetrics.of(trace.snapshot());
  }

  @Test
  void shouldMeasureHowLongAnApprovalWaitedAndHowLongItWasDecided() {
    assertThat(
            of(
                trace("t")
                    .approval(0, "requested")
                    .approval(40, "in-review")
                    .approval(100, "approved")))
        .extracting(SpanMeasurement::metric, SpanMeasurement::value, SpanMeasurement::workflow)
        .containsExactly(
            tuple("approval_wait_ms", 40_000.0, "handle order"),
            tuple("approval_decision_ms", 60_000.0, "handle order"));
  }

  @Test
  void shouldMeasureFromTheRequestWhenNobodyTellsThatTheyTookItUp() {
    assertThat(of(trace("t").approval(0, "requested").approval(100, "rejected")))
        .extracting(SpanMeasurement::metric, SpanMeasurement::value)
        .containsExactly(
            tuple("approval_wait_ms", 100_000.0), tuple("approval_decision_ms", 100_000.0));
    assertThat(of(trace("t").approval(100, "approved"))).isEmpty();
  }

  @Test
  void shouldNotMeasureAWaitThatIsLongerThanAnyDuration() {
    int longest = (int) DurationLimit.MAX.toSeconds();
    assertThat(of(trace("t").approval(0, "requested").approval(longest, "approved"))).hasSize(2);
    assertThat(of(trace("t").approval(0, "requested").approval(longest + 1, "approved"))).isEmpty();
  }

  @Test
  void shouldKeepApprovalsApart() {
    assertThat(
            of(
                trace("t")
                    .approval(0, "requested", "approvalId", "a")
                    .approval(10, "requested", "approvalId", "b")
                    .approval(20, "approved", "approvalId", "a")))
        .extracting(SpanMeasurement::value)
        .containsExactly(20_000.0, 20_000.0);
  }

  @Test
  void shouldMeasureHowEfficientAPlanWas() {
    assertThat(of(trace("t").plan(9, "completed", "efficiency", "0.8")))
        .extracting(SpanMeasurement::metric, SpanMeasurement::value)
        .containsExactly(tuple("plan_efficiency_percent", 80.0));
    assertThat(of(trace("t").plan(9, "completed", "efficiency", "75")))
        .extracting(SpanMeasurement::value)
        .containsExactly(75.0);
    assertThat(
            of(
                trace("t")
                    .plan(0, "created")
                    .plan(5, "started")
                    .plan(25, "completed", "planned_duration_ms", "10000")))
        .extracting(SpanMeasurement::value)
        .containsExactly(50.0);
    assertThat(of(trace("t").plan(9, "completed", "completedSteps", "3", "totalSteps", "4")))
        .extracting(SpanMeasurement::value)
        .containsExactly(75.0);
    assertThat(of(trace("t").plan(9, "completed", "efficiency", "very"))).isEmpty();
    assertThat(of(trace("t").plan(9, "failed", "efficiency", "0.8"))).isEmpty();
  }

  @Test
  void shouldCountObjectives() {
    assertThat(
            of(
                trace("t")
                    .milestone(1, "objective_completed")
                    .milestone(2, "paid", "objective", "payment")
                    .milestone(3, "other")
                    .plan(4, "completed", "objectivesCompleted", "2")))
        .extracting(SpanMeasurement::value)
        .containsExactly(1.0, 1.0, 2.0);
  }

  @Test
  void shouldAddEachValueOnceInWhateverOrderEventsCome() {
    Traces empty = trace("t");
    Traces decision = trace("t").approval(100, "approved");
    Traces both = trace("t").approval(100, "approved").approval(0, "requested");
    List<SpanMeasurement> added = new ArrayList<>();
    added.addAll(SpanMeasurement.added(of(empty), of(decision)));
    added.addAll(SpanMeasurement.added(of(decision), of(both)));
    added.addAll(SpanMeasurement.added(of(both), of(both)));

    assertThat(added).containsExactlyElementsOf(of(both));
  }
}
