package io.tracetide.processor.workflow;

import io.tracetide.processor.event.WorkflowEvents;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceStep;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The workflow events of traces that Tracetide understands: their names and attributes. Words are
 * compared without regard to case, and {@code -}, {@code _}, dots and spaces are equal, so {@code
 * Approval-Workflow} is {@code approval_workflow} and {@code approvedBy} is {@code approved_by}.
 *
 * <table>
 * <caption>Known events</caption>
 * <tr><th>event type</th><th>event names</th><th>attributes</th></tr>
 * <tr><td>{@code context_lifecycle}</td>
 *   <td>created, updated, deleted (archived, closed, expired, purged)</td>
 *   <td>{@code contextId}</td></tr>
 * <tr><td>{@code plan_execution}</td>
 *   <td>created, started, completed, failed, cancelled; anything else is a step of the plan</td>
 *   <td>{@code planId}; {@code efficiency} (0 to 1, or percent), or {@code plannedDurationMs}, or
 *   {@code completedSteps} and {@code totalSteps}; {@code objectivesCompleted}</td></tr>
 * <tr><td>{@code approval_workflow}</td>
 *   <td>requested (submitted, pending), in_review (assigned, opened), approved (granted, accepted),
 *   rejected (denied, declined), cancelled (withdrawn, expired); the name, or else the attribute
 *   {@code status}</td>
 *   <td>{@code approvalId}, {@code requester}, {@code approver}</td></tr>
 * <tr><td>{@code trace_milestone}</td>
 *   <td>any; objective_completed, or any with {@code objective}, is an objective that was
 *   reached</td>
 *   <td>{@code objective}</td></tr>
 * </table>
 *
 * <p>All of them may carry {@code severity}; {@code critical} is reported at once. An event without
 * {@code approvalId} may be about any approval of its trace.
 */
public final class Vocabulary {

  /** Attribute, tag or metadata that lists the classes of masked personal data, comma-separated. */
  public static final String MASKED = TraceMask.MASKED;

  /** State of an approval. */
  public enum Approval {
    REQUESTED,
    IN_REVIEW,
    APPROVED,
    REJECTED,
    CANCELLED;

    /** Whether the approval is decided or cancelled. */
    boolean isEnd() {
      return this != REQUESTED && this != IN_REVIEW;
    }
  }

  /** State of a plan or a context. */
  private enum Phase {
    BEGUN,
    DONE,
    BROKEN_OFF,
    REMOVED
  }

  private static final Map<String, Approval> APPROVALS = new HashMap<>();
  private static final Map<String, Phase> PHASES = new HashMap<>();

  static {
    words(APPROVALS, Approval.REQUESTED, "requested", "request", "submitted", "pending", "asked");
    words(APPROVALS, Approval.IN_REVIEW, "in_review", "review", "reviewing", "assigned", "opened");
    words(APPROVALS, Approval.APPROVED, "approved", "approve", "granted", "accepted");
    words(APPROVALS, Approval.REJECTED, "rejected", "reject", "denied", "declined");
    words(APPROVALS, Approval.CANCELLED, "cancelled", "canceled", "withdrawn", "expired");
    words(PHASES, Phase.BEGUN, "created", "started", "begun", "opened");
    words(PHASES, Phase.DONE, "completed", "done", "finished", "succeeded");
    words(PHASES, Phase.BROKEN_OFF, "failed", "cancelled", "canceled", "aborted");
    words(PHASES, Phase.REMOVED, "deleted", "archived", "closed", "expired", "purged", "removed");
  }

  private static <M> void words(Map<String, M> known, M meaning, String... words) {
    for (String word : words) {
      known.put(word, meaning);
    }
  }

  private static final List<String> APPROVAL_ID = List.of("approvalid", "requestid");
  private static final List<String> APPROVER =
      List.of("approver", "approvedby", "decidedby", "reviewer", "rejectedby");
  private static final List<String> REQUESTER = List.of("requester", "requestedby", "submittedby");
  private static final List<String> STATUS = List.of("status", "decision", "action");
  private static final List<String> SEVERITY = List.of("severity");

  private Vocabulary() {}

  /** Whether the step must be reported at once. */
  public static boolean isCritical(TraceStep step) {
    return step.kind().isUnderstood() && word(attribute(step, SEVERITY)).equals("critical");
  }

  /** The state of an approval that a step reports; empty when it has no known word for one. */
  public static Optional<Approval> approval(TraceStep step) {
    if (step.kind() != TraceStep.Kind.APPROVAL_WORKFLOW) {
      return Optional.empty();
    }
    Optional<Approval> named = approval(step.name());
    return named.isPresent() ? named : approval(attribute(step, STATUS));
  }

  private static Optional<Approval> approval(String text) {
    return Optional.ofNullable(APPROVALS.get(word(text)));
  }

  private static Optional<Phase> phase(TraceStep step) {
    return Optional.ofNullable(PHASES.get(word(step.name())));
  }

  /** Whether two events may be about one approval: they have the same id, or one has none. */
  public static boolean isOfSameApproval(TraceStep one, TraceStep other) {
    String id = approvalId(one);
    String otherId = approvalId(other);
    return id.isEmpty() || otherId.isEmpty() || id.equals(otherId);
  }

  /** Whether the step begins a context or plan. */
  static boolean isBeginning(TraceStep step) {
    return phase(step).filter(Phase.BEGUN::equals).isPresent();
  }

  /** Whether the step ends a context or plan, successfully or not. */
  static boolean isEnding(TraceStep step) {
    return phase(step).filter(phase -> phase != Phase.BEGUN).isPresent();
  }

  /** Whether a plan is completed. */
  static boolean isDone(TraceStep step) {
    return phase(step).filter(Phase.DONE::equals).isPresent();
  }

  /** Whether the step removes a context. */
  public static boolean isRemoved(TraceStep step) {
    return step.kind() == TraceStep.Kind.CONTEXT_LIFECYCLE
        && phase(step).filter(Phase.REMOVED::equals).isPresent();
  }

  /** Whether the step creates a context. */
  public static boolean isContextCreated(TraceStep step) {
    return step.kind() == TraceStep.Kind.CONTEXT_LIFECYCLE && isBeginning(step);
  }

  /** The id of the approval; empty when there is none. */
  static String approvalId(TraceStep step) {
    return attribute(step, APPROVAL_ID);
  }

  /** The approver; empty when there is none. */
  public static String approver(TraceStep step) {
    return attribute(step, APPROVER);
  }

  /** The requester; empty when there is none. */
  public static String requester(TraceStep step) {
    return attribute(step, REQUESTER);
  }

  /** An attribute by its name, in any spelling; empty when there is none. */
  public static String attribute(TraceStep step, String name) {
    return attribute(step, List.of(joined(name)));
  }

  private static String attribute(TraceStep step, List<String> names) {
    if (step.attributes().isEmpty()) {
      return "";
    }
    for (String name : names) {
      for (Map.Entry<String, String> entry : step.attributes().entrySet()) {
        if (joined(entry.getKey()).equals(name)) {
          return entry.getValue().strip();
        }
      }
    }
    return "";
  }

  /** The form in which words are compared: lower case, joined by underscores. */
  static String word(String text) {
    return WorkflowEvents.word(text);
  }

  /** The form in which names of attributes are compared: a word without underscores. */
  private static String joined(String name) {
    return word(name).replace("_", "");
  }
}
