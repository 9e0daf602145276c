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
 * A finished span while its fields arrive, in whatever order and encoding; then one COMPLETED
 * event. Every dialect of spans fills this draft, so they cannot come to differ in meaning.
 */
public final class SpanBuilder {

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

  /** No duration. */
  public static final long UNKNOWN = -1;

  private final RecordBatchBuilder intake;
  private final TextMap tags;
  private final WorkflowAttributes workflow;
  private List<SpanEvent> events = List.of();
  private List<LinkDraft> links = List.of();
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

  public SpanBuilder(RecordBatchBuilder intake) {
    this.intake = intake;
    this.tags = intake.tags();
    this.workflow = new WorkflowAttributes(intake.text());
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
    intake.adjustments().count(Truncation.EVENT_DROPPED);
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

  /** Adds a link, which becomes an event once the span's start is known. */
  public void add(LinkDraft link) {
    if (links.isEmpty()) {
      links = new ArrayList<>();
    }
    links.add(link);
  }

  /** Whether another link would be left out; counts it as left out. */
  public boolean dropsLink() {
    if (links.size() < intake.limits().events()) {
      return false;
    }
    intake.adjustments().count(Truncation.EVENT_DROPPED);
    return true;
  }

  /** Events come first: they say more. */
  private List<SpanEvent> eventsAndLinks() {
    if (links.isEmpty()) {
      return events;
    }
    List<SpanEvent> all = new ArrayList<>(events);
    for (LinkDraft link : links) {
      if (link.isValid()) {
        if (all.size() == intake.limits().events()) {
          intake.adjustments().count(Truncation.EVENT_DROPPED);
        } else {
          all.add(link.finish(SpanTime.at(startNanos)));
        }
      }
    }
    return all;
  }

  /** Hands the finished span to the intake, or its refusal. */
  public void finish(SpanSource resource) {
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

  private TraceEvent event(SpanSource resource) {
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
        endMicros == 0 ? SpanTime.at(endNanos) : Instant.EPOCH.plus(endMicros, ChronoUnit.MICROS),
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
        eventsAndLinks(),
        failed ? new TraceOutcome(false, null, null, error()) : null,
        null,
        null,
        weight());
  }

  private @Nullable Long knownDuration() {
    if (lastedMicros == UNKNOWN) {
      intake.adjustments().count(Truncation.DURATION_UNKNOWN);
      return null;
    }
    return lastedMicros;
  }

  private Long durationMicros() {
    if (SpanTime.isNegative(startNanos, endNanos)) {
      intake.adjustments().count(Truncation.NEGATIVE_DURATION);
    }
    return SpanTime.durationMicros(startNanos, endNanos);
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
    if (weight > SamplingThreshold.MAX_WEIGHT) {
      intake.adjustments().count(Truncation.WEIGHT_LOWERED);
      return SamplingThreshold.MAX_WEIGHT;
    }
    return weight;
  }

  /** An event of a span while its fields arrive. */
  public static final class EventDraft {

    private final RecordBatchBuilder intake;
    private final TextMap attributes;
    private final SpanEventReading reading;
    private String name = "";
    private long nanos;

    public EventDraft(RecordBatchBuilder intake) {
      this.intake = intake;
      this.attributes = intake.eventAttributes();
      this.reading = new SpanEventReading(intake.text());
    }

    public void name(String text) {
      name = intake.text().name(text);
    }

    public void time(long epochNanos) {
      nanos = epochNanos;
    }

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

  /** A link of a span while its fields arrive. */
  public static final class LinkDraft {

    private final TextMap attributes;
    private String traceId = "";
    private String spanId = "";

    public LinkDraft(RecordBatchBuilder intake) {
      this.attributes = intake.eventAttributes();
    }

    public void traceId(String hex) {
      traceId = hex;
    }

    public void spanId(String hex) {
      spanId = hex;
    }

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
