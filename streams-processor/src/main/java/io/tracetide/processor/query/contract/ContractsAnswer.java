package io.tracetide.processor.query.contract;

import io.tracetide.processor.contract.ContractConfig;
import io.tracetide.processor.contract.StepConfig;
import io.tracetide.processor.rule.Glob;
import io.tracetide.processor.workflow.WorkflowMatch;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/contracts}: the configured contracts that apply to the tenants of
 * the caller.
 */
public record ContractsAnswer(List<Contract> contracts) {
  public ContractsAnswer {
    contracts = List.copyOf(contracts);
  }

  /**
   * One contract. A requirement that it does not have is null, or an empty list.
   *
   * @param severity severity of a breach
   * @param match traces that it applies to
   * @param ordered whether the order of the steps is checked, as configured
   * @param requiredApprovers patterns of approvers, each of which must have approved
   * @param approvalBefore step before which they must have; null for the end
   * @param requiredContext fields of the context, tags or metadata that a trace must have
   * @param maxLatencyMs maximum duration of a trace
   * @param deadline a duration from its start, or a time of day in {@code timeZone}; null for none
   * @param maxSilenceMs time without events after which it is stuck; null when it is learned
   * @param minThroughputPerSec minimum of traces per second of an operation
   * @param maxErrorRatePercent maximum share of failed traces
   */
  public record Contract(
      String name,
      Severity severity,
      Match match,
      List<Step> steps,
      boolean ordered,
      List<String> requiredApprovers,
      @Nullable String approvalBefore,
      List<String> requiredContext,
      @Nullable Long maxLatencyMs,
      @Nullable String deadline,
      String timeZone,
      @Nullable Long maxSilenceMs,
      @Nullable Double minThroughputPerSec,
      @Nullable Double maxErrorRatePercent) {
    public Contract {
      steps = List.copyOf(steps);
      requiredApprovers = List.copyOf(requiredApprovers);
      requiredContext = List.copyOf(requiredContext);
    }

    private static Contract of(ContractConfig contract) {
      return new Contract(
          contract.name(),
          contract.severity(),
          Match.of(contract.match()),
          contract.steps().stream().map(Step::of).toList(),
          contract.ordered(),
          contract.requiredApprovers(),
          nullIfEmpty(contract.approvalBefore()),
          contract.requiredContext(),
          contract.maxLatencyMs().orElse(null),
          nullIfEmpty(contract.deadline()),
          contract.timeZone(),
          contract.maxSilence().map(Duration::toMillis).orElse(null),
          contract.minThroughput().orElse(null),
          contract.maxErrorRate().orElse(null));
    }

    private static @Nullable String nullIfEmpty(String text) {
      return text.isEmpty() ? null : text;
    }
  }

  /**
   * The traces of a contract, by patterns of their root span.
   *
   * @param tags patterns of the values of tags or metadata
   */
  public record Match(String tenant, String service, String operation, Map<String, String> tags) {
    public Match {
      tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    private static Match of(WorkflowMatch match) {
      return new Match(match.tenant(), match.service(), match.operation(), match.tags());
    }
  }

  /**
   * One step.
   *
   * @param name pattern of the steps of a trace that it stands for
   * @param optional whether it may be missing
   * @param repeatable whether it may occur several times in a row
   * @param then steps that may follow; empty for the next ones of the list
   * @param maxDurationMs maximum duration; null for none
   */
  public record Step(
      String name,
      boolean optional,
      boolean repeatable,
      List<String> then,
      @Nullable Long maxDurationMs) {
    public Step {
      then = List.copyOf(then);
    }

    private static Step of(StepConfig step) {
      return new Step(
          step.name(),
          step.optional(),
          step.repeatable(),
          step.then(),
          step.maxStepDuration().map(Duration::toMillis).orElse(null));
    }
  }

  /** The contracts that apply to any of these tenants, in the order of the configuration. */
  public static ContractsAnswer of(List<ContractConfig> contracts, Tenants tenants) {
    return new ContractsAnswer(
        contracts.stream()
            .filter(contract -> applies(Glob.of(contract.match().tenant()), tenants))
            .map(Contract::of)
            .toList());
  }

  private static boolean applies(Glob tenant, Tenants tenants) {
    return tenants.isAll() || tenants.names().stream().anyMatch(tenant::matches);
  }
}
