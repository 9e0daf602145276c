package io.tracetide.processor.ledger.trace;

import io.tracetide.processor.event.WorkflowEvents;
import java.util.Map;

/**
 * One thing that happened in a trace.
 *
 * @param atMicros when, microseconds since the epoch, by the clock of the service
 * @param service that did it
 * @param operation of the span that it happened in
 * @param spanId of that span; empty when the trace is one span
 * @param name operation that started, ended or goes on, or name of the event
 * @param attributes what else was told
 */
public record TraceStep(
    long atMicros,
    Kind kind,
    String service,
    String operation,
    String spanId,
    String name,
    Map<String, String> attributes) {

  /** Attribute of a start or an end: the span that this one is part of; absent at the root. */
  public static final String PARENT_SPAN_ID = "parentSpanId";

  /** Attribute of an end: how long the span took, microseconds. */
  public static final String DURATION_MICROS = "durationMicros";

  /** What a step is. The four last ones are the events that several modules understand. */
  public enum Kind {
    /** A span started. */
    STARTED,
    /** A span told how far it is; {@code name} is its current operation. */
    UPDATED,
    /** A span ended; {@code name} is its status. */
    ENDED,
    /** An event without a meaning for Tracetide. */
    EVENT,
    CONTEXT_LIFECYCLE,
    PLAN_EXECUTION,
    APPROVAL_WORKFLOW,
    TRACE_MILESTONE;

    /** The kind of a step that an event of this type is. */
    public static Kind ofEvent(String eventType) {
      return switch (WorkflowEvents.word(eventType)) {
        case "context_lifecycle" -> CONTEXT_LIFECYCLE;
        case "plan_execution" -> PLAN_EXECUTION;
        case "approval_workflow" -> APPROVAL_WORKFLOW;
        case "trace_milestone" -> TRACE_MILESTONE;
        default -> EVENT;
      };
    }

    /** Whether several modules understand such a step. */
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
