package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.rule.Glob;
import java.util.Map;
import java.util.Optional;

/**
 * A pattern of steps of a trace: a glob of their names, such as {@code *payment}, or a kind with a
 * glob, such as {@code approval_workflow:approved}, {@code plan_execution:*} or {@code span:charge
 * card}. Names are compared like the words of {@link Vocabulary}.
 */
public final class StepPattern {

  private static final Map<String, TraceStep.Kind> KINDS =
      Map.ofEntries(
          Map.entry("span", TraceStep.Kind.STARTED),
          Map.entry("operation", TraceStep.Kind.UPDATED),
          Map.entry("event", TraceStep.Kind.EVENT),
          Map.entry("context_lifecycle", TraceStep.Kind.CONTEXT_LIFECYCLE),
          Map.entry("context", TraceStep.Kind.CONTEXT_LIFECYCLE),
          Map.entry("plan_execution", TraceStep.Kind.PLAN_EXECUTION),
          Map.entry("plan", TraceStep.Kind.PLAN_EXECUTION),
          Map.entry("approval_workflow", TraceStep.Kind.APPROVAL_WORKFLOW),
          Map.entry("approval", TraceStep.Kind.APPROVAL_WORKFLOW),
          Map.entry("trace_milestone", TraceStep.Kind.TRACE_MILESTONE),
          Map.entry("milestone", TraceStep.Kind.TRACE_MILESTONE));

  private final String text;
  private final Optional<TraceStep.Kind> kind;
  private final Optional<Vocabulary.Approval> approval;
  private final Glob name;

  private StepPattern(
      String text,
      Optional<TraceStep.Kind> kind,
      Optional<Vocabulary.Approval> approval,
      Glob name) {
    this.text = text;
    this.kind = kind;
    this.approval = approval;
    this.name = name;
  }

  /** Compiles a pattern; every text is valid. */
  public static StepPattern of(String text) {
    int colon = text.indexOf(':');
    Optional<TraceStep.Kind> kind =
        colon < 0
            ? Optional.empty()
            : Optional.ofNullable(KINDS.get(Vocabulary.word(text.substring(0, colon))));
    String name = kind.isPresent() ? text.substring(colon + 1) : text;
    // "approved" matches its synonyms, such as "granted", too.
    Optional<Vocabulary.Approval> approval =
        kind.filter(TraceStep.Kind.APPROVAL_WORKFLOW::equals)
            .flatMap(k -> Vocabulary.approval(new TraceStep(0, k, "", "", "", name, Map.of())));
    return new StepPattern(text, kind, approval, Glob.of(Vocabulary.word(name)));
  }

  /** Whether the pattern matches the step. */
  public boolean matches(TimelineEntry step) {
    if (kind.isPresent() && kind.get() != step.kind()) {
      return false;
    }
    return name.matches(step.word())
        || (approval.isPresent() && approval.equals(Vocabulary.approval(step.step())));
  }

  /**
   * Whether the pattern may match a step of a trace that has only finished spans without workflow
   * events.
   */
  public boolean matchesOrdinarySpan() {
    return kind.isEmpty()
        || kind.get() == TraceStep.Kind.STARTED
        || kind.get() == TraceStep.Kind.EVENT;
  }

  /** The text of the pattern. */
  @Override
  public String toString() {
    return text;
  }
}
