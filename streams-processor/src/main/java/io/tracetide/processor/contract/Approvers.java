package io.tracetide.processor.contract;

import io.tracetide.processor.rule.Glob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who must have approved, and before what.
 *
 * <p>An approval counts when its approver is told and matches. A rejection that comes later takes
 * back what was approved before it.
 */
public final class Approvers {

  private final List<String> required;
  private final List<List<Glob>> globs;
  private final Optional<StepPattern> before;

  /**
   * Requires approvals.
   *
   * @param required globs of approvers, all of which must be met; {@code |} between alternatives
   * @param before pattern of the step that they must come before; empty for the end
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
   * What is missing.
   *
   * @param approvers those of the required ones who had not approved
   * @param of how many are required
   * @param before what should have waited for them
   */
  public record Missing(List<String> approvers, int of, String before) {}

  /** Whether plain work may need them: it ends, or is what they must come before. */
  public boolean lookAtPlainWork() {
    return !required.isEmpty() && before.map(StepPattern::matchesPlainWork).orElse(true);
  }

  /** Empty as long as everything that has happened was approved in time. */
  public Optional<Missing> missing(Timeline timeline) {
    List<String> approved = new ArrayList<>();
    for (TimelineEntry occurrence : timeline.occurrences()) {
      if (before.isPresent() && before.get().matches(occurrence)) {
        Optional<Missing> missing = missing(approved, occurrence.shown());
        if (missing.isPresent()) {
          return missing;
        }
      }
      Optional<Vocabulary.Approval> said = Vocabulary.approval(occurrence.step());
      if (said.filter(Vocabulary.Approval.APPROVED::equals).isPresent()) {
        approved.add(Vocabulary.word(Vocabulary.approver(occurrence.step())));
      } else if (said.filter(Vocabulary.Approval.REJECTED::equals).isPresent()) {
        approved.clear();
      }
    }
    return before.isEmpty() && timeline.isCompleted()
        ? missing(approved, "the end")
        : Optional.empty();
  }

  private Optional<Missing> missing(List<String> approved, String what) {
    List<String> left = new ArrayList<>();
    for (int i = 0; i < globs.size(); i++) {
      List<Glob> alternatives = globs.get(i);
      boolean met =
          approved.stream()
              .filter(name -> !name.isEmpty())
              .anyMatch(name -> alternatives.stream().anyMatch(glob -> glob.matches(name)));
      if (!met) {
        left.add(required.get(i));
      }
    }
    return left.isEmpty() ? Optional.empty() : Optional.of(new Missing(left, globs.size(), what));
  }
}
