package io.tracetide.query.answer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answer of {@code /monitoring/contracts}, in the order of the configuration. */
public record WorkflowContracts(List<Contract> contracts) {
  public WorkflowContracts {
    contracts = Values.list(contracts);
  }

  /**
   * One contract. A requirement that it does not have is null, or an empty list.
   *
   * @param severity severity of a breach
   * @param ordered whether the order of the steps is checked, as configured
   * @param requiredApprovers patterns of approvers, each of which must have approved
   * @param approvalBefore step before which they must have; null for the end
   * @param requiredContext fields of the context, tags or metadata that a trace must have
   * @param deadline a duration from its start, or a time of day in {@code timeZone}; null for none
   * @param maxSilenceMs time without events after which it is stuck; null when it is learned
   */
  public record Contract(
      String name,
      String severity,
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
      steps = Values.list(steps);
      requiredApprovers = Values.list(requiredApprovers);
      requiredContext = Values.list(requiredContext);
    }
  }

  /** The traces of a contract, by patterns of their root span and of tags or metadata. */
  public record Match(String tenant, String service, String operation, Map<String, String> tags) {
    public Match {
      tags = Values.map(tags);
    }
  }

  /**
   * One step.
   *
   * @param name pattern of the steps of a trace that it stands for
   * @param then steps that may follow; empty for the next ones of the list
   * @param maxDurationMs null for none
   */
  public record Step(
      String name,
      boolean optional,
      boolean repeatable,
      List<String> then,
      @Nullable Long maxDurationMs) {
    public Step {
      then = Values.list(then);
    }
  }
}
