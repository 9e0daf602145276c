package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Approvers;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.schemas.AnomalyKind;
import java.util.Map;
import java.util.Optional;

/** Clause: approvals before a step or before the end ({@code requiredApprovers}). */
record RequiredApprovals(Approvers approvers) implements Clause {

  static Optional<Clause> of(ContractConfig config) {
    return config.requiredApprovers().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RequiredApprovals(
                new Approvers(config.requiredApprovers(), config.approvalBefore())));
  }

  @Override
  public JudgeInterest interest() {
    return approvers.judgesOrdinarySpans() ? JudgeInterest.ALL : JudgeInterest.NONE;
  }

  @Override
  public void judge(Timeline timeline, long nowMs, ClauseReport report) {
    approvers
        .missing(timeline)
        .ifPresent(
            missing ->
                report.breach(
                    AnomalyKind.APPROVAL,
                    "requiredApprovers",
                    Map.of("approvals", (double) missing.of() - missing.approvers().size()),
                    Map.of("approvals", (double) missing.of()),
                    "%s came without the approval of %s"
                        .formatted(missing.before(), String.join(" and ", missing.approvers()))));
  }
}
