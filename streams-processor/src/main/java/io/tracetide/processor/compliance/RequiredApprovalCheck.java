package io.tracetide.processor.compliance;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Approvers;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.schemas.AnomalyKind;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Checks {@link ControlConfig.RequiredApproval}. */
final class RequiredApprovalCheck implements ControlCheck {
  private final Approvers approvers;

  RequiredApprovalCheck(ControlConfig.RequiredApproval config) {
    this.approvers = new Approvers(config.approvers(), config.before());
  }

  @Override
  public JudgeInterest interest() {
    return approvers.judgesOrdinarySpans() ? JudgeInterest.ALL : JudgeInterest.NONE;
  }

  @Override
  public Optional<Violation> check(
      Timeline timeline, long nowMs, Consumer<OptionalLong> judgeAgain) {
    return approvers.missing(timeline).map(RequiredApprovalCheck::violation);
  }

  private static Violation violation(Approvers.Missing missing) {
    return new Violation(
        AnomalyKind.APPROVAL,
        Map.of("approvals", (double) missing.of() - missing.approvers().size()),
        Map.of("approvals", (double) missing.of()),
        "%s came without the approval of %s"
            .formatted(missing.before(), String.join(" and ", missing.approvers())));
  }
}
