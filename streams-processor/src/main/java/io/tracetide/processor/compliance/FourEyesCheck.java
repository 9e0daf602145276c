package io.tracetide.processor.compliance;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.processor.workflow.Vocabulary;
import io.tracetide.schemas.AnomalyKind;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Checks {@link ControlConfig.FourEyes}. Sentences contain no names of people, because they are
 * sent to chats and by e-mail.
 */
final class FourEyesCheck implements ControlCheck {

  /** A masked value without a pseudonym: the same for every person. */
  private static final Pattern WITHOUT_PSEUDONYM = Pattern.compile("\\[[a-z][a-z0-9_-]*]");

  @Override
  public JudgeInterest interest() {
    return JudgeInterest.NONE;
  }

  @Override
  public Optional<Violation> check(
      Timeline timeline, long nowMs, Consumer<OptionalLong> judgeAgain) {
    int violating = 0;
    String sentence = "";
    for (TraceStep step : timeline.trace().steps()) {
      if (isApproved(step)) {
        Optional<String> found = violation(step, timeline.trace());
        if (found.isPresent()) {
          violating++;
          sentence = found.get();
        }
      }
    }
    return violating == 0
        ? Optional.empty()
        : Optional.of(
            new Violation(
                AnomalyKind.APPROVAL,
                Map.of("approvals_without_second_person", (double) violating),
                Map.of("approvals_without_second_person", 0.0),
                sentence));
  }

  private static boolean isApproved(TraceStep step) {
    return Vocabulary.approval(step).filter(Vocabulary.Approval.APPROVED::equals).isPresent();
  }

  private static Optional<String> violation(TraceStep approval, TraceSnapshot trace) {
    String approver = Vocabulary.approver(approval);
    if (approver.isEmpty()) {
      return Optional.of("an approval has no approver");
    }
    if (WITHOUT_PSEUDONYM.matcher(approver).matches()) {
      return Optional.empty();
    }
    if (approver.equalsIgnoreCase(trace.context().getOrDefault("userId", "").strip())) {
      return Optional.of("the approver is the user of the trace's context");
    }
    boolean ownRequest =
        approver.equalsIgnoreCase(Vocabulary.requester(approval))
            || trace.steps().stream()
                .filter(step -> isRequestOf(step, approval))
                .anyMatch(request -> approver.equalsIgnoreCase(Vocabulary.requester(request)));
    return ownRequest ? Optional.of("the approver is the requester") : Optional.empty();
  }

  private static boolean isRequestOf(TraceStep step, TraceStep approval) {
    return Vocabulary.approval(step).filter(Vocabulary.Approval.REQUESTED::equals).isPresent()
        && Vocabulary.isOfSameApproval(step, approval);
  }
}
