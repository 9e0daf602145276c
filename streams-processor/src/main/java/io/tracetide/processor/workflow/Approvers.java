package io.tracetide.processor.workflow;

import io.tracetide.processor.rule.Glob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Required approvers of a trace, and the step before which they must approve.
 *
 * <p>An approval counts when it has an approver that matches. A later rejection cancels all
 * approvals before it.
 */
public final class Approvers {

  private final List<String> required;
  private final List<List<Glob>> globs;
  private final Optional<StepPattern> before;

  /**
   * Creates the check.
   *
   * @param required globs of approvers; each must match an approver; {@code |} separates
   *     alternatives
   * @param before pattern of the step that must come after the approvals; empty for the end of the
   *     trace
   */
  public Approvers(List<String> required, String before) {
    this.required = List.copyOf(required);
    this.globs =
        required.stream()
            .map(
                each ->
                    Arrays.stream(each.split("\\|", -1))
                        .map(name -> Glob.of(Vocabulary.word(name)))
                        .toList())
            .toList();
    this.before = before.isEmpty() ? Optional.empty() : Optional.of(StepPattern.of(before));
  }

  /**
   * Missing approvals.
   *
   * @param approvers required approvers who have not approved
   * @param of number of required approvers
   * @param before step that came too early
   */
  public record Missing(List<String> approvers, int of, String before) {}

  /**
   * Whether a trace of ordinary finished spans may lack approvals: by its end, or because the step
   * may be such a span.
   */
  public boolean judgesOrdinarySpans() {
    return !required.isEmpty() && before.map(StepPattern::matchesOrdinarySpan).orElse(true);
  }

  /** The approvals that are missing so far; empty when all were given in time. */
  public Optional<Missing> missing(Timeline timeline) {
    List<String> approved = new ArrayList<>();
    for (TimelineEntry entry : timeline.entries()) {
      if (before.isPresent() && before.get().matches(entry)) {
        Optional<Missing> missing = missing(approved, entry.shown());
        if (missing.isPresent()) {
          return missing;
        }
      }
      Optional<Vocabulary.Approval> approval = Vocabulary.approval(entry.step());
      if (approval.filter(Vocabulary.Approval.APPROVED::equals).isPresent()) {
        approved.add(Vocabulary.word(Vocabulary.approver(entry.step())));
      } else if (approval.filter(Vocabulary.Approval.REJECTED::equals).isPresent()) {
        approved.clear();
      }
    }
    return before.isEmpty() && timeline.isCompleted()
        ? missing(approved, "the end")
        : Optional.empty();
  }

  private Optional<Missing> missing(List<String> approved, String what) {
    List<String> unmet = new ArrayList<>();
    for (int i = 0; i < globs.size(); i++) {
      List<Glob> alternatives = globs.get(i);
      boolean met =
          approved.stream()
              .filter(name -> !name.isEmpty())
              .anyMatch(name -> alternatives.stream().anyMatch(glob -> glob.matches(name)));
      if (!met) {
        unmet.add(required.get(i));
      }
    }
    return unmet.isEmpty() ? Optional.empty() : Optional.of(new Missing(unmet, globs.size(), what));
  }
}
