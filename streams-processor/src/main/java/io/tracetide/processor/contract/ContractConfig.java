package io.tracetide.processor.contract;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the traces of one workflow must keep to.
 *
 * @param name names the contract in anomalies and alerts
 * @param match which traces it is about
 * @param severity how much a breach matters
 * @param steps the steps in the order that is allowed; what is in no step may come at any time
 * @param ordered whether the order counts; else only the times that steps take do
 * @param requiredApprovers who must have approved: globs of approvers, each of which must be met;
 *     {@code |} between alternatives
 * @param approvalBefore step before which they must have, see {@link StepPattern}; when empty,
 *     before the end
 * @param requiredContext what must be known of the context, a field of {@code TraceContext} or a
 *     tag, from the first plan or approval on and at the end
 * @param maxLatencyMs how long a trace may take
 * @param deadline by when it must be over: a duration from its start such as {@code 4h}, or the
 *     next time of day such as {@code 18:00}; empty for none
 * @param timeZone of {@code deadline}
 * @param maxSilence how long it may be silent before it is stuck; by its own history when absent
 * @param minThroughput traces per second of the matched operations
 * @param maxErrorRate percent of failed traces
 * @param minCount finished traces of 10 seconds below which {@code maxErrorRate} says nothing
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

  /** Longest time that makes sense between two events of a trace. */
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
                "requiredApprovers to say who must approve, such as [\"*\"]")
            .that(
                requiredContext.stream().noneMatch(String::isBlank),
                "requiredContext",
                requiredContext,
                "names that are not blank")
            .that(
                deadline.isEmpty() || Deadline.isOne(deadline),
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
                "none beside minThroughput and maxErrorRate, which are of windows that know no"
                    + " tags: give those a contract of their own");
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

  /** Whether it asks for anything. */
  public boolean saysSomething() {
    return !steps.isEmpty()
        || !requiredApprovers.isEmpty()
        || !requiredContext.isEmpty()
        || !deadline.isEmpty()
        || maxLatencyMs.isPresent()
        || maxSilence.isPresent()
        || minThroughput.isPresent()
        || maxErrorRate.isPresent();
  }

  private static boolean unique(List<StepConfig> steps) {
    Set<String> seen = new HashSet<>();
    return steps.stream().allMatch(step -> seen.add(step.name()));
  }

  private static List<String> names(List<StepConfig> steps) {
    return steps.stream().map(StepConfig::name).toList();
  }

  /** What an item of the list starts from: every trace, and nothing asked of it. */
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
