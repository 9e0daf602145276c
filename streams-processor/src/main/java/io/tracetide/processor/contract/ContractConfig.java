package io.tracetide.processor.contract;

import io.tracetide.processor.workflow.StepPattern;
import io.tracetide.processor.workflow.WorkflowMatch;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A contract: the requirements on the traces of one workflow.
 *
 * @param name name of the contract in anomalies and alerts
 * @param match traces that it applies to
 * @param severity severity of a breach
 * @param steps the steps in the allowed order; steps of a trace that match none of them are not
 *     restricted
 * @param ordered whether the order is checked; otherwise only the durations of the steps are
 * @param requiredApprovers globs of approvers; each must match an approver; {@code |} separates
 *     alternatives
 * @param approvalBefore step before which they must have approved, see {@link StepPattern}; when
 *     empty, before the end
 * @param requiredContext fields of {@code TraceContext}, tags or metadata that a trace must have,
 *     from the first plan or approval on and at the end
 * @param maxLatencyMs maximum duration of a trace
 * @param deadline time at which it must have ended: a duration from its start such as {@code 4h},
 *     or the next time of day such as {@code 18:00}; empty for none
 * @param timeZone of {@code deadline}
 * @param maxSilence time without events after which it is stuck; learned from its operation's
 *     history when absent
 * @param minThroughput minimum of traces per second of each matched operation
 * @param maxErrorRate maximum share of failed traces in percent
 * @param minCount minimum of finished traces in a window of 10 seconds for {@code maxErrorRate} to
 *     be checked
 * @param forWindows windows of 10 seconds in a row that break {@code minThroughput} or {@code
 *     maxErrorRate}
 */
public record ContractConfig(
    @Required String name,
    WorkflowMatch match,
    Severity severity,
    List<StepConfig> steps,
    boolean ordered,
    List<String> requiredApprovers,
    String approvalBefore,
    List<String> requiredContext,
    Optional<Long> maxLatencyMs,
    String deadline,
    String timeZone,
    Optional<Duration> maxSilence,
    Optional<Double> minThroughput,
    Optional<Double> maxErrorRate,
    long minCount,
    int forWindows) {

  /** Upper limit of {@code maxLatencyMs} and {@code maxSilence}. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  public ContractConfig {
    steps = List.copyOf(steps);
    requiredApprovers = List.copyOf(requiredApprovers);
    requiredContext = List.copyOf(requiredContext);
    Checks checks =
        Checks.check()
            .notBlank("name", name)
            .that(unique(steps), "steps", names(steps), "names that are all different")
            .that(
                requiredApprovers.stream().noneMatch(String::isBlank),
                "requiredApprovers",
                requiredApprovers,
                "names or globs that are not blank")
            .that(
                approvalBefore.isEmpty() || !requiredApprovers.isEmpty(),
                "approvalBefore",
                approvalBefore,
                "requiredApprovers as well, such as [\"*\"]")
            .that(
                requiredContext.stream().noneMatch(String::isBlank),
                "requiredContext",
                requiredContext,
                "names that are not blank")
            .that(
                deadline.isEmpty() || Deadline.isDeadline(deadline),
                "deadline",
                deadline,
                "a duration such as 4h, or a time of day such as 18:00")
            .that(Deadline.isZone(timeZone), "timeZone", timeZone, Deadline.ZONE_EXPECTED)
            .range("minCount", minCount, 1, Long.MAX_VALUE)
            .range("forWindows", forWindows, 1, 31)
            .that(
                match.tags().isEmpty() || (minThroughput.isEmpty() && maxErrorRate.isEmpty()),
                "match.tags",
                match.tags(),
                "no tags together with minThroughput or maxErrorRate, because windows have no tags:"
                    + " use a contract of its own for these two");
    Set<String> known = new HashSet<>(names(steps));
    known.add(StepConfig.END);
    for (int i = 0; i < steps.size(); i++) {
      List<String> then = steps.get(i).then();
      checks.that(
          known.containsAll(then),
          "steps[" + i + "].then",
          then,
          "names of steps of this contract, or " + StepConfig.END);
    }
    maxLatencyMs.ifPresent(ms -> checks.range("maxLatencyMs", ms, 1, LONGEST.toMillis()));
    maxSilence.ifPresent(
        longest -> checks.range("maxSilence", longest, Duration.ofSeconds(1), LONGEST));
    minThroughput.ifPresent(
        rate ->
            checks.that(
                rate > 0 && Double.isFinite(rate), "minThroughput", rate, "a number above 0"));
    maxErrorRate.ifPresent(percent -> checks.range("maxErrorRate", percent, 0.0, 100.0));
    checks.done();
  }

  private static boolean unique(List<StepConfig> steps) {
    Set<String> seen = new HashSet<>();
    return steps.stream().allMatch(step -> seen.add(step.name()));
  }

  private static List<String> names(List<StepConfig> steps) {
    return steps.stream().map(StepConfig::name).toList();
  }

  /** Defaults of an item of the list: it applies to every trace and requires nothing. */
  public static ContractConfig defaults() {
    return new ContractConfig(
        "contract",
        WorkflowMatch.ALL,
        Severity.HIGH,
        List.of(),
        true,
        List.of(),
        "",
        List.of(),
        Optional.empty(),
        "",
        "UTC",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        10,
        1);
  }
}
