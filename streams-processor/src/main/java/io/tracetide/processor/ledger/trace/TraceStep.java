package io.tracetide.processor.ledger.trace;

import io.tracetide.processor.event.WorkflowEvents;
import java.util.Map;

/**
 * One step of a trace: the start, update or end of a span, or an event.
 *
 * @param atMicros microseconds since the epoch, by the clock of the service
 * @param service service of the span
 * @param operation operation of the span
 * @param spanId id of the span; empty when the trace is one span
 * @param name current operation, status of an end, or name of the event
 * @param attributes further attributes
 */
public record TraceStep(
    long atMicros,
    Kind kind,
    String service,
    String operation,
    String spanId,
    String name,
    Map<String, String> attributes) {

  /** Attribute of a start or an end: the id of the parent span; absent at the root. */
  public static final String PARENT_SPAN_ID = "parentSpanId";

  /** Attribute of an end: duration of the span in microseconds. */
  public static final String DURATION_MICROS = "durationMicros";

  /** The kind of a step. The last four are workflow events. */
  public enum Kind {
    /** A span started. */
    STARTED,
    /** A span reported its progress; {@code name} is its current operation. */
    UPDATED,
    /** A span ended; {@code name} is its status. */
    ENDED,
    /** An event without a meaning for Tracetide. */
    EVENT,
    CONTEXT_LIFECYCLE,
    PLAN_EXECUTION,
    APPROVAL_WORKFLOW,
    TRACE_MILESTONE;

    /** The kind of step for an event of this type. */
    public static Kind ofEvent(String eventType) {
      return switch (WorkflowEvents.word(eventType)) {
        case "context_lifecycle" -> CONTEXT_LIFECYCLE;
        case "plan_execution" -> PLAN_EXECUTION;
        case "approval_workflow" -> APPROVAL_WORKFLOW;
        case "trace_milestone" -> TRACE_MILESTONE;
        default -> EVENT;
      };
    }

    /** Whether it is a workflow event. */
    public boolean isUnderstood() {
      return switch (this) {
        case CONTEXT_LIFECYCLE, PLAN_EXECUTION, APPROVAL_WORKFLOW, TRACE_MILESTONE -> true;
        case STARTED, UPDATED, ENDED, EVENT -> false;
      };
    }
  }

  public TraceStep {
    attributes = Map.copyOf(attributes);
  }
}
