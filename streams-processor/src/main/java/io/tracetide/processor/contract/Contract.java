package io.tracetide.processor.contract;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A compiled contract; judges single traces. */
final class Contract implements TraceRule {

  private final ContractConfig config;
  private final WorkflowFilter filter;
  private final StepOrder order;
  private final List<TimedStep> timed;
  private final Approvers approvers;
  private final Optional<Deadline> deadline;

  /** A step with a maximum duration. */
  private record TimedStep(StepConfig step, StepPattern pattern, Duration longest) {}

  Contract(ContractConfig config) {
    this.config = config;
    this.filter = new WorkflowFilter(config.match());
    this.order = new StepOrder(config.ordered() ? config.steps() : List.of());
    this.timed =
        config.steps().stream()
            .flatMap(
                step ->
                    step.maxStepDuration().stream()
                        .map(longest -> new TimedStep(step, StepPattern.of(step.name()), longest)))
            .toList();
    this.approvers = new Approvers(config.requiredApprovers(), config.approvalBefore());
    this.deadline =
        config.deadline().isEmpty()
            ? Optional.empty()
            : Optional.of(Deadline.of(config.deadline(), config.timeZone()));
  }

  @Override
  public boolean appliesTo(TraceSnapshot trace) {
    return filter.matches(trace);
  }

  @Override
  public JudgeInterest interest() {
    boolean all =
        order.judgesOrdinarySpans()
            || timed.stream().anyMatch(step -> step.pattern().matchesOrdinarySpan())
            || approvers.judgesOrdinarySpans()
            || !config.requiredContext().isEmpty();
    JudgeInterest ofDeadline = deadline.map(Deadline::interest).orElse(JudgeInterest.NONE);
    JudgeInterest ofLatency =
        config
            .maxLatencyMs()
            .map(ms -> JudgeInterest.longerThan(ms * 1_000))
            .orElse(JudgeInterest.NONE);
    return (all ? JudgeInterest.ALL : JudgeInterest.NONE).or(ofDeadline).or(ofLatency);
  }

  @Override
  public JudgeInterest interest(String tenant, String service, String operation) {
    return filter.narrow(interest(), tenant, service, operation);
  }

  @Override
  public void judge(Timeline timeline, long nowMs, VerdictBuilder verdict) {
    config.maxSilence().ifPresent(verdict::allowSilence);
    judgeOrder(timeline, verdict);
    timed.forEach(step -> judgeTime(step, timeline, nowMs, verdict));
    judgeApprovers(timeline, verdict);
    judgeContext(timeline, verdict);
    judgeLatency(timeline, nowMs, verdict);
    judgeDeadline(timeline, nowMs, verdict);
  }

  /** The order is not judged when steps of the trace were dropped. */
  private void judgeOrder(Timeline timeline, VerdictBuilder verdict) {
    if (!timeline.isComplete()) {
      return;
    }
    order
        .violation(timeline)
        .ifPresent(
            violation ->
                verdict.add(
                    breach(
                        AnomalyKind.WRONG_ORDER,
                        "steps",
                        Map.of("steps_in_order", (double) violation.at()),
                        Map.of(),
                        violation.sentence())));
  }

  private void judgeTime(TimedStep timed, Timeline timeline, long nowMs, VerdictBuilder verdict) {
    long longest = 0;
    Optional<TimelineEntry> worst = Optional.empty();
    for (TimelineEntry entry : timeline.entries()) {
      if (timed.pattern().matches(entry)) {
        Expiry time = expiry(entry, timed.longest());
        verdict.judgeAgain(time.exceededAtMs(nowMs));
        if (time.isExceeded(nowMs) && time.elapsedMicros(nowMs) > longest) {
          longest = time.elapsedMicros(nowMs);
          worst = Optional.of(entry);
        }
      }
    }
    if (worst.isPresent()) {
      boolean over = worst.get().untilMicros() != TimelineEntry.NOT_ENDED;
      verdict.add(
          breach(
              AnomalyKind.STEP_TIMEOUT,
              "maxStepDuration." + timed.step().name(),
              Map.of("step_ms", longest / 1_000.0),
              Map.of("step_ms", (double) timed.longest().toMillis()),
              "%s %s %s, at most %s is allowed"
                  .formatted(
                      worst.get().shown(),
                      over ? "took" : "has taken",
                      duration(longest),
                      duration(micros(timed.longest())))));
    }
  }

  private static Expiry expiry(TimelineEntry entry, Duration longest) {
    return new Expiry(
        entry.atMicros(),
        entry.untilMicros() == TimelineEntry.NOT_ENDED
            ? OptionalLong.empty()
            : OptionalLong.of(entry.untilMicros()),
        micros(longest));
  }

  private void judgeApprovers(Timeline timeline, VerdictBuilder verdict) {
    if (config.requiredApprovers().isEmpty()) {
      return;
    }
    approvers
        .missing(timeline)
        .ifPresent(
            missing ->
                verdict.add(
                    breach(
                        AnomalyKind.APPROVAL,
                        "requiredApprovers",
                        Map.of("approvals", (double) missing.of() - missing.approvers().size()),
                        Map.of("approvals", (double) missing.of()),
                        "%s came without the approval of %s"
                            .formatted(
                                missing.before(), String.join(" and ", missing.approvers())))));
  }

  private void judgeContext(Timeline timeline, VerdictBuilder verdict) {
    if (config.requiredContext().isEmpty() || !isContextDue(timeline)) {
      return;
    }
    TraceSnapshot trace = timeline.trace();
    List<String> missing =
        config.requiredContext().stream().filter(name -> !hasEntry(trace, name)).toList();
    if (!missing.isEmpty()) {
      int required = config.requiredContext().size();
      verdict.add(
          breach(
              AnomalyKind.MISSING_CONTEXT,
              "requiredContext",
              Map.of("context_entries", (double) required - missing.size()),
              Map.of("context_entries", (double) required),
              "it has no " + String.join(" and no ", missing)));
    }
  }

  private static boolean isContextDue(Timeline timeline) {
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

  private void judgeLatency(Timeline timeline, long nowMs, VerdictBuilder verdict) {
    OptionalLong start = timeline.trace().startedAtMicros();
    if (config.maxLatencyMs().isEmpty()) {
      return;
    }
    long limitMs = config.maxLatencyMs().get();
    OptionalLong duration = timeline.trace().durationMicros();
    if (duration.isEmpty() && start.isEmpty()) {
      return;
    }
    // The duration measured by the service is preferred to the difference of two clocks.
    Expiry time =
        duration.isPresent()
            ? new Expiry(0, duration, limitMs * 1_000)
            : new Expiry(start.getAsLong(), timeline.endMicros(), limitMs * 1_000);
    verdict.judgeAgain(time.exceededAtMs(nowMs));
    if (time.isExceeded(nowMs)) {
      long elapsed = time.elapsedMicros(nowMs);
      verdict.add(
          breach(
              AnomalyKind.LATENCY,
              "maxLatencyMs",
              Map.of("latency_ms", elapsed / 1_000.0),
              Map.of("latency_ms", (double) limitMs),
              "%s %s, at most %s is allowed"
                  .formatted(
                      time.endMicros().isPresent() ? "it took" : "it has taken",
                      duration(elapsed),
                      duration(limitMs * 1_000))));
    }
  }

  private void judgeDeadline(Timeline timeline, long nowMs, VerdictBuilder verdict) {
    OptionalLong start = timeline.trace().startedAtMicros();
    if (deadline.isEmpty() || start.isEmpty()) {
      return;
    }
    long startMs = Math.floorDiv(start.getAsLong(), 1_000L);
    Instant due = deadline.get().after(Instant.ofEpochMilli(startMs));
    long allowedMicros = (due.toEpochMilli() - startMs) * 1_000;
    Expiry time = new Expiry(start.getAsLong(), timeline.endMicros(), allowedMicros);
    verdict.judgeAgain(time.exceededAtMs(nowMs));
    if (time.isExceeded(nowMs)) {
      long late = time.elapsedMicros(nowMs) - allowedMicros;
      verdict.add(
          breach(
              AnomalyKind.DEADLINE,
              "deadline",
              Map.of("late_ms", late / 1_000.0),
              Map.of("late_ms", 0.0),
              "%s %s after its deadline of %s"
                  .formatted(
                      time.endMicros().isPresent() ? "it ended" : "it is still open",
                      duration(late),
                      config.deadline())));
    }
  }

  private Breach breach(
      AnomalyKind kind,
      String clause,
      Map<String, Double> observed,
      Map<String, Double> expected,
      String sentence) {
    return new Breach(
        Detector.CONTRACT,
        kind,
        config.name() + "." + clause,
        config.severity(),
        observed,
        expected,
        "contract %s is broken in %s: %s".formatted(config.name(), clause, sentence));
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private static String duration(long micros) {
    return micros < 10_000_000
        ? AnomalyValues.millis(micros / 1_000.0)
        : AnomalyValues.lasting(micros / 1_000);
  }
}
