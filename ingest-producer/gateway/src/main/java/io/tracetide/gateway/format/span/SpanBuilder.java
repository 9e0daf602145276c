package io.tracetide.gateway.format.span;

import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.TextMap;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.mapping.SamplingThreshold;
import io.tracetide.schemas.mapping.SpanEventReading;
import io.tracetide.schemas.mapping.SpanTime;
import io.tracetide.schemas.mapping.WorkflowAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the fields of a finished span, in any order, and converts them to one COMPLETED event.
 * All formats of spans use this builder, so that they have the same semantics.
 */
public final class SpanBuilder implements AttributeSink {

  /** Status code of a span that failed, as OpenTelemetry numbers it. */
  public static final int STATUS_ERROR = 2;

  private static final int TRACE_FLAGS = 0xFF;
  private static final SpanKind[] KINDS = {
    SpanKind.UNSPECIFIED,
    SpanKind.INTERNAL,
    SpanKind.SERVER,
    SpanKind.CLIENT,
    SpanKind.PRODUCER,
    SpanKind.CONSUMER
  };

  /** Duration of a span that has none. */
  public static final long UNKNOWN = -1;

  private final RecordBatchBuilder batch;
  private final TextMap tags;
  private final WorkflowAttributes workflow;
  private List<SpanEvent> events = List.of();
  private List<LinkBuilder> links = List.of();
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
  private long givenDurationMicros;
  private @Nullable TraceError exception;

  public SpanBuilder(RecordBatchBuilder batch) {
    this.batch = batch;
    this.tags = batch.tags();
    this.workflow = new WorkflowAttributes(batch.text());
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
   * End and duration in microseconds, instead of {@link #start} and {@link #end}.
   *
   * @param durationMicros {@link #UNKNOWN} when it was not measured
   */
  public void ended(long epochMicros, long durationMicros) {
    endMicros = epochMicros;
    givenDurationMicros = durationMicros;
  }

  /** Adds an attribute: a tag, unless the contract has a field for it. */
  @Override
  public void attribute(String key, String value) {
    if (!workflow.take(key, value)) {
      tags.put(key, value);
    }
  }

  /** Whether the limit of events is reached; then counts an event as dropped. */
  public boolean dropsEvent() {
    if (events.size() < batch.limits().events()) {
      return false;
    }
    batch.truncations().count(Truncation.EVENT_DROPPED);
    return true;
  }

  /** Adds an event. The last exception among them becomes the error of a failed span. */
  public void add(EventBuilder event) {
    if (events.isEmpty()) {
      events = new ArrayList<>();
    }
    events.add(event.finish());
    TraceError error = event.error();
    if (error != null) {
      exception = error;
    }
  }

  /** Adds a link, which becomes an event once the span's start is known. */
  public void add(LinkBuilder link) {
    if (links.isEmpty()) {
      links = new ArrayList<>();
    }
    links.add(link);
  }

  /** Whether the limit of links is reached; then counts a link as dropped. */
  public boolean dropsLink() {
    if (links.size() < batch.limits().events()) {
      return false;
    }
    batch.truncations().count(Truncation.EVENT_DROPPED);
    return true;
  }

  /** Within the limit, events take precedence over links. */
  private List<SpanEvent> eventsAndLinks() {
    if (links.isEmpty()) {
      return events;
    }
    List<SpanEvent> all = new ArrayList<>(events);
    for (LinkBuilder link : links) {
      if (link.isValid()) {
        if (all.size() == batch.limits().events()) {
          batch.truncations().count(Truncation.EVENT_DROPPED);
        } else {
          all.add(link.finish(SpanTime.at(startNanos)));
        }
      }
    }
    return all;
  }

  /** Adds the span to the batch, or its refusal. */
  public void finish(SpanSource resource) {
    if (traceId.isEmpty()) {
      batch.refuse(RefusalReason.INVALID_TRACE_ID, "traceId must be 16 bytes, not all zero");
    } else if (spanId.isEmpty()) {
      batch.refuse(RefusalReason.INVALID_SPAN_ID, "spanId must be 8 bytes, not all zero");
    } else if (endMicros == 0 && (startNanos == 0 || endNanos == 0)) {
      batch.refuse(
          RefusalReason.INVALID_TIMESTAMP, "the times of the span's start and end must be set");
    } else {
      batch.accept(event(resource), resource.masked());
    }
  }

  private TraceEvent event(SpanSource resource) {
    boolean failed = statusCode == STATUS_ERROR;
    String operation = batch.text().name(name);
    return new TraceEvent(
        /* tenantId= */ batch.tenant(),
        /* type= */ TraceEventType.COMPLETED,
        /* traceId= */ traceId,
        /* spanId= */ spanId,
        /* parentSpanId= */ parentSpanId.isEmpty() ? null : parentSpanId,
        /* serviceName= */ resource.serviceName(),
        /* operationName= */ operation.isBlank() ? "unknown_operation" : operation,
        /* spanKind= */ kind > 0 && kind < KINDS.length ? KINDS[(int) kind] : SpanKind.UNSPECIFIED,
        /* status= */ failed ? TraceStatus.FAILED : TraceStatus.COMPLETED,
        /* timestamp= */ endMicros == 0
            ? SpanTime.at(endNanos)
            : Instant.EPOCH.plus(endMicros, ChronoUnit.MICROS),
        /* durationMicros= */ endMicros == 0 ? durationMicros() : knownDuration(),
        /* context= */ workflow.context(),
        /* tags= */ tags.toMap(),
        /* metadata= */ resource.metadata(),
        /* traceFlags= */ (int) (flags & TRACE_FLAGS),
        /* progressPercentage= */ workflow.progress(),
        /* currentOperation= */ workflow.currentOperation(),
        /* resourceUsage= */ null,
        /* performanceIndicators= */ null,
        /* customMetrics= */ Map.of(),
        /* events= */ eventsAndLinks(),
        /* outcome= */ failed ? new TraceOutcome(false, null, null, error()) : null,
        /* performanceSummary= */ null,
        /* resourceUtilization= */ null,
        /* samplingWeight= */ weight());
  }

  private @Nullable Long knownDuration() {
    if (givenDurationMicros == UNKNOWN) {
      batch.truncations().count(Truncation.DURATION_UNKNOWN);
      return null;
    }
    return givenDurationMicros;
  }

  private Long durationMicros() {
    if (SpanTime.isNegative(startNanos, endNanos)) {
      batch.truncations().count(Truncation.NEGATIVE_DURATION);
    }
    return SpanTime.durationMicros(startNanos, endNanos);
  }

  private TraceError error() {
    return exception != null
        ? exception
        : new TraceError("", batch.text().value(statusMessage), null);
  }

  private double weight() {
    if (traceState.isEmpty()) {
      return 1;
    }
    double weight = SamplingThreshold.weight(traceState);
    if (weight > SamplingThreshold.MAX_WEIGHT) {
      batch.truncations().count(Truncation.WEIGHT_LOWERED);
      return SamplingThreshold.MAX_WEIGHT;
    }
    return weight;
  }

  /** Collects the fields of a span's event. */
  public static final class EventBuilder implements AttributeSink {

    private final RecordBatchBuilder batch;
    private final TextMap attributes;
    private final SpanEventReading reading;
    private String name = "";
    private long nanos;

    public EventBuilder(RecordBatchBuilder batch) {
      this.batch = batch;
      this.attributes = batch.eventAttributes();
      this.reading = new SpanEventReading(batch.text());
    }

    public void name(String text) {
      name = batch.text().name(text);
    }

    public void time(long epochNanos) {
      nanos = epochNanos;
    }

    @Override
    public void attribute(String key, String value) {
      reading.attribute(key, value);
      attributes.put(key, value);
    }

    SpanEvent finish() {
      return reading.event(name, SpanTime.at(nanos), attributes.toMap());
    }

    @Nullable TraceError error() {
      return reading.error(name);
    }
  }

  /** Collects the fields of a span's link. */
  public static final class LinkBuilder implements AttributeSink {

    private final TextMap attributes;
    private String traceId = "";
    private String spanId = "";

    public LinkBuilder(RecordBatchBuilder batch) {
      this.attributes = batch.eventAttributes();
    }

    public void traceId(String hex) {
      traceId = hex;
    }

    public void spanId(String hex) {
      spanId = hex;
    }

    @Override
    public void attribute(String key, String value) {
      attributes.put(key, value);
    }

    boolean isValid() {
      return !traceId.isEmpty() && !spanId.isEmpty();
    }

    SpanEvent finish(Instant at) {
      return SpanEventReading.link(traceId, spanId, at, attributes.toMap());
    }
  }
}
