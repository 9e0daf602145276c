package io.tracetide.gateway.otlp;

import io.tracetide.gateway.intake.Adjustment;
import io.tracetide.gateway.intake.Intake;
import io.tracetide.gateway.intake.RefusalReason;
import io.tracetide.gateway.intake.TextMap;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A finished span while its fields arrive, in whatever order and encoding; then one COMPLETED
 * event. Both encodings of OTLP fill this draft, so they cannot come to differ in meaning.
 */
final class SpanDraft {

  static final double MAX_WEIGHT = 1e6;

  private static final int STATUS_ERROR = 2;
  private static final int TRACE_FLAGS = 0xFF;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final SpanKind[] KINDS = {
    SpanKind.UNSPECIFIED,
    SpanKind.INTERNAL,
    SpanKind.SERVER,
    SpanKind.CLIENT,
    SpanKind.PRODUCER,
    SpanKind.CONSUMER
  };

  private final Intake intake;
  private final TextMap tags;
  private final WorkflowAttributes workflow;
  private List<SpanEvent> events = List.of();
  private String traceId = "";
  private String spanId = "";
  private String parentSpanId = "";
  private String name = "";
  private String traceState = "";
  private String statusMessage = "";
  private long kind;
  private long statusCode;
  private long flags;
  private long startNanos;
  private long endNanos;
  private @Nullable TraceError exception;

  SpanDraft(Intake intake) {
    this.intake = intake;
    this.tags = intake.tags();
    this.workflow = new WorkflowAttributes(intake);
  }

  void traceId(String hex) {
    traceId = hex;
  }

  void spanId(String hex) {
    spanId = hex;
  }

  void parentSpanId(String hex) {
    parentSpanId = hex;
  }

  void name(String text) {
    name = text;
  }

  void traceState(String text) {
    traceState = text;
  }

  void kind(long number) {
    kind = number;
  }

  void flags(long bits) {
    flags = bits;
  }

  void start(long epochNanos) {
    startNanos = epochNanos;
  }

  void end(long epochNanos) {
    endNanos = epochNanos;
  }

  void status(long code, String message) {
    statusCode = code;
    statusMessage = message;
  }

  /** Adds an attribute: a tag, unless the contract has a field for it. */
  void attribute(String key, String value) {
    if (!workflow.take(key, value)) {
      tags.put(key, value);
    }
  }

  /**
   * Whether another event would be left out, so that it need not be read; counts it as left out.
   */
  boolean dropsEvent() {
    if (events.size() < intake.limits().events()) {
      return false;
    }
    intake.adjustments().count(Adjustment.EVENT_DROPPED);
    return true;
  }

  /** Adds an event; the last exception among them becomes the span's error if the span failed. */
  void add(EventDraft event) {
    if (events.isEmpty()) {
      events = new ArrayList<>();
    }
    events.add(event.finish());
    TraceError error = event.error();
    if (error != null) {
      exception = error;
    }
  }

  /** Hands the finished span to the intake, or its refusal. */
  void finish(Resource resource) {
    if (traceId.isEmpty()) {
      intake.refuse(RefusalReason.INVALID_TRACE_ID, "traceId must be 16 bytes, not all zero");
    } else if (spanId.isEmpty()) {
      intake.refuse(RefusalReason.INVALID_SPAN_ID, "spanId must be 8 bytes, not all zero");
    } else if (startNanos == 0 || endNanos == 0) {
      intake.refuse(
          RefusalReason.INVALID_TIMESTAMP, "startTimeUnixNano and endTimeUnixNano must be set");
    } else {
      intake.accept(event(resource), resource.masked());
    }
  }

  private TraceEvent event(Resource resource) {
    boolean failed = statusCode == STATUS_ERROR;
    String operation = intake.text().name(name);
    return new TraceEvent(
        intake.tenant(),
        TraceEventType.COMPLETED,
        traceId,
        spanId,
        parentSpanId.isEmpty() ? null : parentSpanId,
        resource.serviceName(),
        operation.isBlank() ? "unknown_operation" : operation,
        kind > 0 && kind < KINDS.length ? KINDS[(int) kind] : SpanKind.UNSPECIFIED,
        failed ? TraceStatus.FAILED : TraceStatus.COMPLETED,
        time(endNanos),
        durationMicros(),
        workflow.context(),
        tags.toMap(),
        resource.metadata(),
        (int) (flags & TRACE_FLAGS),
        workflow.progress(),
        workflow.currentOperation(),
        null,
        null,
        Map.of(),
        events,
        failed ? new TraceOutcome(false, null, null, error()) : null,
        null,
        null,
        weight());
  }

  /** Nanoseconds are unsigned in OTLP: what looks negative lies beyond the year 2262. */
  static Instant time(long unsignedNanos) {
    return Instant.EPOCH.plus(
        Long.divideUnsigned(unsignedNanos, NANOS_PER_MICRO), ChronoUnit.MICROS);
  }

  private long durationMicros() {
    if (Long.compareUnsigned(endNanos, startNanos) < 0) {
      intake.adjustments().count(Adjustment.NEGATIVE_DURATION);
      return 0;
    }
    long nanos = endNanos - startNanos;
    long micros = Long.divideUnsigned(nanos, NANOS_PER_MICRO);
    return micros + (Long.remainderUnsigned(nanos, NANOS_PER_MICRO) >= NANOS_PER_MICRO / 2 ? 1 : 0);
  }

  private TraceError error() {
    return exception != null
        ? exception
        : new TraceError("", intake.text().value(statusMessage), null);
  }

  private double weight() {
    if (traceState.isEmpty()) {
      return 1;
    }
    double weight = SamplingThreshold.weight(traceState);
    if (weight > MAX_WEIGHT) {
      intake.adjustments().count(Adjustment.WEIGHT_LOWERED);
      return MAX_WEIGHT;
    }
    return weight;
  }

  /** An event of a span while its fields arrive. */
  static final class EventDraft {

    /** Types of events that several modules understand. */
    private static final Set<String> SHARED =
        Set.of("context_lifecycle", "plan_execution", "approval_workflow", "trace_milestone");

    private final Intake intake;
    private final TextMap attributes;
    private String name = "";
    private String sharedType = "";
    private String eventName = "";
    private String plainName = "";
    private long nanos;
    private String exceptionType = "";
    private String exceptionMessage = "";
    private String exceptionStack = "";

    EventDraft(Intake intake) {
      this.intake = intake;
      this.attributes = intake.eventAttributes();
    }

    void name(String text) {
      name = intake.text().name(text);
    }

    void time(long epochNanos) {
      nanos = epochNanos;
    }

    void attribute(String key, String value) {
      switch (key) {
        case "exception.type" -> exceptionType = intake.text().name(value);
        case "exception.message" -> exceptionMessage = intake.text().value(value);
        case "exception.stacktrace" -> exceptionStack = intake.text().stack(value);
        case "tracetide.event_type", "event.type" ->
            sharedType = SHARED.contains(value) ? value : sharedType;
        case "event.name" -> eventName = intake.text().name(value);
        case "name" -> plainName = intake.text().name(value);
        default -> {}
      }
      attributes.put(key, value);
    }

    /**
     * An event of OTLP has only a name, which is its type too. One of a shared type says the type
     * by its name or by an attribute, and may have a name of its own in another.
     */
    SpanEvent finish() {
      String type = sharedType.isEmpty() ? name : sharedType;
      return new SpanEvent(
          type,
          SHARED.contains(type) ? ownName() : name,
          SpanDraft.time(nanos),
          attributes.toMap());
    }

    private String ownName() {
      if (!eventName.isEmpty()) {
        return eventName;
      }
      return plainName.isEmpty() ? name : plainName;
    }

    @Nullable TraceError error() {
      return name.equals("exception")
          ? new TraceError(
              exceptionType, exceptionMessage, exceptionStack.isEmpty() ? null : exceptionStack)
          : null;
    }
  }
}
