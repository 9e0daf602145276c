package io.tracetide.gateway.span;

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
 * event. Every dialect of spans fills this draft, so they cannot come to differ in meaning.
 */
public final class SpanDraft {

  public static final double MAX_WEIGHT = 1e6;

  /** Status code of a span that failed, as OpenTelemetry numbers it. */
  public static final int STATUS_ERROR = 2;

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

  /** No duration. */
  public static final long UNKNOWN = -1;

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
  private long endMicros;
  private long lastedMicros;
  private @Nullable TraceError exception;

  public SpanDraft(Intake intake) {
    this.intake = intake;
    this.tags = intake.tags();
    this.workflow = new WorkflowAttributes(intake);
  }

  public void traceId(String hex) {
    traceId = hex;
  }

  public void spanId(String hex) {
    spanId = hex;
  }

  public void parentSpanId(String hex) {
    parentSpanId = hex;
  }

  public void name(String text) {
    name = text;
  }

  public void traceState(String text) {
    traceState = text;
  }

  public void kind(long number) {
    kind = number;
  }

  public void flags(long bits) {
    flags = bits;
  }

  public void start(long epochNanos) {
    startNanos = epochNanos;
  }

  public void end(long epochNanos) {
    endNanos = epochNanos;
  }

  public void status(long code, String message) {
    statusCode = code;
    statusMessage = message;
  }

  /**
   * When the work ended and how long it took, where both come in microseconds, instead of {@link
   * #start} and {@link #end}.
   *
   * @param durationMicros {@link #UNKNOWN} when nobody measured it
   */
  public void ended(long epochMicros, long durationMicros) {
    endMicros = epochMicros;
    lastedMicros = durationMicros;
  }

  /** Adds an attribute: a tag, unless the contract has a field for it. */
  public void attribute(String key, String value) {
    if (!workflow.take(key, value)) {
      tags.put(key, value);
    }
  }

  /**
   * Whether another event would be left out, so that it need not be read; counts it as left out.
   */
  public boolean dropsEvent() {
    if (events.size() < intake.limits().events()) {
      return false;
    }
    intake.adjustments().count(Adjustment.EVENT_DROPPED);
    return true;
  }

  /** Adds an event; the last exception among them becomes the span's error if the span failed. */
  public void add(EventDraft event) {
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
  public void finish(Resource resource) {
    if (traceId.isEmpty()) {
      intake.refuse(RefusalReason.INVALID_TRACE_ID, "traceId must be 16 bytes, not all zero");
    } else if (spanId.isEmpty()) {
      intake.refuse(RefusalReason.INVALID_SPAN_ID, "spanId must be 8 bytes, not all zero");
    } else if (endMicros == 0 && (startNanos == 0 || endNanos == 0)) {
      intake.refuse(
          RefusalReason.INVALID_TIMESTAMP, "the times of the span's start and end must be set");
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
        endMicros == 0 ? time(endNanos) : ofMicros(endMicros),
        endMicros == 0 ? durationMicros() : knownDuration(),
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
  public static Instant time(long unsignedNanos) {
    return ofMicros(Long.divideUnsigned(unsignedNanos, NANOS_PER_MICRO));
  }

  private static Instant ofMicros(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private @Nullable Long knownDuration() {
    if (lastedMicros == UNKNOWN) {
      intake.adjustments().count(Adjustment.DURATION_UNKNOWN);
      return null;
    }
    return lastedMicros;
  }

  private Long durationMicros() {
    if (Long.compareUnsigned(endNanos, startNanos) < 0) {
      intake.adjustments().count(Adjustment.NEGATIVE_DURATION);
      return 0L;
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
  public static final class EventDraft {

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

    public EventDraft(Intake intake) {
      this.intake = intake;
      this.attributes = intake.eventAttributes();
    }

    public void name(String text) {
      name = intake.text().name(text);
    }

    public void time(long epochNanos) {
      nanos = epochNanos;
    }

    public void attribute(String key, String value) {
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
