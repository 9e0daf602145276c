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

/** A contract made ready to be held against single traces. */
final class Contract implements TraceRule {

  private final ContractConfig config;
  private final WorkflowFilter filter;
  private final StepOrder order;
  private final List<TimedStep> timed;
  private final Approvers approvers;
  private final Optional<Deadline> deadline;

  /** A step that may take so long. */
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
  public JudgeInterest concern() {
    boolean all =
        order.looksAtPlainWork()
            || timed.stream().anyMatch(step -> step.pattern().matchesPlainWork())
            || approvers.lookAtPlainWork()
            || !config.requiredContext().isEmpty();
    JudgeInterest ofDeadline = deadline.map(Deadline::concern).orElse(JudgeInterest.NONE);
    JudgeInterest ofLatency =
        config
            .maxLatencyMs()
            .map(ms -> JudgeInterest.longerThan(ms * 1_000))
            .orElse(JudgeInterest.NONE);
    return (all ? JudgeInterest.ALL : JudgeInterest.NONE).or(ofDeadline).or(ofLatency);
  }

  @Override
  public JudgeInterest concern(String tenant, String service, String operation) {
    return filter.narrow(concern(), tenant, service, operation);
  }

  @Override
  public void judge(Timeline timeline, long nowMs, VerdictBuilder ruling) {
    config.maxSilence().ifPresent(ruling::allowSilence);
    judgeOrder(timeline, ruling);
    timed.forEach(step -> judgeTime(step, timeline, nowMs, ruling));
    judgeApprovers(timeline, ruling);
    judgeContext(timeline, ruling);
    judgeLatency(timeline, nowMs, ruling);
    judgeDeadline(timeline, nowMs, ruling);
  }

  /** Where steps are left out nobody can tell what came before what. */
  private void judgeOrder(Timeline timeline, VerdictBuilder ruling) {
    if (!timeline.isWhole()) {
      return;
    }
    order
        .violation(timeline)
        .ifPresent(
            violation ->
                ruling.add(
                    breach(
                        AnomalyKind.WRONG_ORDER,
                        "steps",
                        Map.of("steps_in_order", (double) violation.at()),
                        Map.of(),
                        violation.sentence())));
  }

  private void judgeTime(TimedStep timed, Timeline timeline, long nowMs, VerdictBuilder ruling) {
    long longest = 0;
    Optional<TimelineEntry> worst = Optional.empty();
    for (TimelineEntry occurrence : timeline.occurrences()) {
      if (timed.pattern().matches(occurrence)) {
        Expiry time = expiry(occurrence, timed.longest());
        ruling.judgeAgain(time.exceededAtMs(nowMs));
        if (time.isExceeded(nowMs) && time.elapsedMicros(nowMs) > longest) {
          longest = time.elapsedMicros(nowMs);
          worst = Optional.of(occurrence);
        }
      }
    }
    if (worst.isPresent()) {
      boolean over = worst.get().untilMicros() != TimelineEntry.GOING_ON;
      ruling.add(
          breach(
              AnomalyKind.STEP_TIMEOUT,
              "maxStepDuration." + timed.step().name(),
              Map.of("step_ms", longest / 1_000.0),
              Map.of("step_ms", (double) timed.longest().toMillis()),
              "%s %s %s, at most %s is allowed"
                  .formatted(
                      worst.get().shown(),
                      over ? "took" : "has taken",
                      lasting(longest),
                      lasting(micros(timed.longest())))));
    }
  }

  private static Expiry expiry(TimelineEntry occurrence, Duration longest) {
    return new Expiry(
        occurrence.atMicros(),
        occurrence.untilMicros() == TimelineEntry.GOING_ON
            ? OptionalLong.empty()
            : OptionalLong.of(occurrence.untilMicros()),
        micros(longest));
  }

  private void judgeApprovers(Timeline timeline, VerdictBuilder ruling) {
    if (config.requiredApprovers().isEmpty()) {
      return;
    }
    approvers
        .missing(timeline)
        .ifPresent(
            missing ->
                ruling.add(
                    breach(
                        AnomalyKind.APPROVAL,
                        "requiredApprovers",
                        Map.of("approvals", (double) missing.of() - missing.approvers().size()),
                        Map.of("approvals", (double) missing.of()),
                        "%s came without the approval of %s"
                            .formatted(
                                missing.before(), String.join(" and ", missing.approvers())))));
  }

  private void judgeContext(Timeline timeline, VerdictBuilder ruling) {
    if (config.requiredContext().isEmpty() || !isContextDue(timeline)) {
      return;
    }
    TraceSnapshot trace = timeline.trace();
    List<String> missing =
        config.requiredContext().stream().filter(name -> !isKnown(trace, name)).toList();
    if (!missing.isEmpty()) {
      int required = config.requiredContext().size();
      ruling.add(
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
        || timeline.occurrences().stream()
            .anyMatch(
                step ->
                    step.kind() == TraceStep.Kind.PLAN_EXECUTION
                        || step.kind() == TraceStep.Kind.APPROVAL_WORKFLOW);
  }

  private static boolean isKnown(TraceSnapshot trace, String name) {
    return !trace.context().getOrDefault(name, "").isBlank()
        || !trace.tags().getOrDefault(name, "").isBlank()
        || !trace.metadata().getOrDefault(name, "").isBlank();
  }

  private void judgeLatency(Timeline timeline, long nowMs, VerdictBuilder ruling) {
    OptionalLong start = timeline.trace().startedAtMicros();
    if (config.maxLatencyMs().isEmpty()) {
      return;
    }
    long limitMs = config.maxLatencyMs().get();
    OptionalLong duration = timeline.trace().durationMicros();
    if (duration.isEmpty() && start.isEmpty()) {
      return;
    }
    // What the service itself measured goes before the difference of two clocks.
    Expiry time =
        duration.isPresent()
            ? new Expiry(0, duration, limitMs * 1_000)
            : new Expiry(start.getAsLong(), timeline.endMicros(), limitMs * 1_000);
    ruling.judgeAgain(time.exceededAtMs(nowMs));
    if (time.isExceeded(nowMs)) {
      long elapsed = time.elapsedMicros(nowMs);
      ruling.add(
          breach(
              AnomalyKind.LATENCY,
              "maxLatencyMs",
              Map.of("latency_ms", elapsed / 1_000.0),
              Map.of("latency_ms", (double) limitMs),
              "%s %s, at most %s is allowed"
                  .formatted(
                      time.endMicros().isPresent() ? "it took" : "it has taken",
                      lasting(elapsed),
                      lasting(limitMs * 1_000))));
    }
  }

  private void judgeDeadline(Timeline timeline, long nowMs, VerdictBuilder ruling) {
    OptionalLong start = timeline.trace().startedAtMicros();
    if (deadline.isEmpty() || start.isEmpty()) {
      return;
    }
    long startMs = Math.floorDiv(start.getAsLong(), 1_000L);
    Instant due = deadline.get().after(Instant.ofEpochMilli(startMs));
    long allowedMicros = (due.toEpochMilli() - startMs) * 1_000;
    Expiry time = new Expiry(start.getAsLong(), timeline.endMicros(), allowedMicros);
    ruling.judgeAgain(time.exceededAtMs(nowMs));
    if (time.isExceeded(nowMs)) {
      long late = time.elapsedMicros(nowMs) - allowedMicros;
      ruling.add(
          breach(
              AnomalyKind.DEADLINE,
              "deadline",
              Map.of("late_ms", late / 1_000.0),
              Map.of("late_ms", 0.0),
              "%s %s after its deadline of %s"
                  .formatted(
                      time.endMicros().isPresent() ? "it was over" : "it is still going on",
                      lasting(late),
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

  private static String lasting(long micros) {
    return micros < 10_000_000
        ? AnomalyValues.millis(micros / 1_000.0)
        : AnomalyValues.lasting(micros / 1_000);
  }
}
