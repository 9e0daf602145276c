package io.tracetide.client;

import io.tracetide.client.resource.ResourceSample;
import io.tracetide.client.text.Texts;
import io.tracetide.schemas.PerformanceIndicators;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a span's events, and the events made from them. Fields that apply once, such as
 * custom metrics, are cleared by the next event. Thread-safe: the lock is held for a few
 * instructions. Maps are replaced, never modified, because events share them.
 */
final class EventFields {

  /** Events inside a span that is not sampled, kept in case it fails. */
  static final int KEPT_EVENTS = 32;

  /** The fields that are the same in all events of a span. */
  record Identity(
      String traceId,
      String spanId,
      @Nullable String parentSpanId,
      String operation,
      SpanKind kind,
      @Nullable TraceContext context,
      int flags) {}

  /** The fields in which an event differs from others of the span. */
  record Change(
      TraceEventType type,
      TraceStatus status,
      @Nullable Long durationMicros,
      @Nullable Double progress,
      @Nullable String currentOperation,
      List<SpanEvent> events,
      @Nullable TraceOutcome outcome) {

    static Change started() {
      return new Change(
          TraceEventType.STARTED, TraceStatus.RUNNING, null, null, null, List.of(), null);
    }

    static Change updated(
        @Nullable Double progress, @Nullable String currentOperation, List<SpanEvent> events) {
      return new Change(
          TraceEventType.UPDATED,
          TraceStatus.RUNNING,
          null,
          progress,
          currentOperation,
          events,
          null);
    }

    static Change ended(
        TraceStatus status, long durationMicros, List<SpanEvent> events, TraceOutcome outcome) {
      return new Change(
          TraceEventType.COMPLETED, status, durationMicros, null, null, events, outcome);
    }
  }

  private final TraceEmitter emitter;
  private final Identity identity;
  private final @Nullable ResourceSample atStart;

  private Map<String, String> tags;
  private Map<String, String> metadata = Map.of();
  private Map<String, Double> measures = Map.of();
  private @Nullable ResourceUsage usage;
  private @Nullable PerformanceIndicators indicators;
  private @Nullable PerformanceIndicators summary;
  private @Nullable ResourceUsage utilization;
  private @Nullable ArrayDeque<SpanEvent> unpublished;

  EventFields(TraceEmitter emitter, Identity identity, Map<String, String> tags) {
    this.emitter = emitter;
    this.identity = identity;
    this.tags = tags;
    this.atStart = emitter.measured();
  }

  Identity identity() {
    return identity;
  }

  synchronized Map<String, String> tags() {
    return tags;
  }

  synchronized void tag(String key, String value) {
    tags = Texts.with(tags, key, value);
  }

  synchronized void metadata(String key, String value) {
    metadata = Texts.with(metadata, key, value);
  }

  synchronized void customMetric(String name, double value) {
    measures = Texts.with(measures, name, value);
  }

  synchronized void resourceUsage(ResourceUsage used) {
    usage = used;
  }

  synchronized void performanceIndicators(PerformanceIndicators values) {
    indicators = values;
  }

  synchronized void performanceSummary(PerformanceIndicators values) {
    summary = values;
  }

  synchronized void resourceUtilization(ResourceUsage used) {
    utilization = used;
  }

  /** Keeps the last events of a span that is not sampled; clears the fields that apply once. */
  synchronized void keep(List<SpanEvent> events) {
    clearOnce();
    if (events.isEmpty()) {
      return;
    }
    ArrayDeque<SpanEvent> kept = unpublished == null ? new ArrayDeque<>() : unpublished;
    unpublished = kept;
    kept.addAll(events);
    while (kept.size() > KEPT_EVENTS) {
      kept.remove();
    }
  }

  /** The events kept by {@link #keep}. */
  synchronized List<SpanEvent> unpublished() {
    return unpublished == null ? List.of() : List.copyOf(unpublished);
  }

  /** The next event. */
  TraceEvent next(Change change, double weight) {
    boolean last = change.type() == TraceEventType.COMPLETED;
    ResourceSample now = emitter.measured();
    synchronized (this) {
      TraceEvent event =
          new TraceEvent(
              /* tenantId= */ emitter.settings().tenant(),
              /* type= */ change.type(),
              /* traceId= */ identity.traceId(),
              /* spanId= */ identity.spanId(),
              /* parentSpanId= */ identity.parentSpanId(),
              /* serviceName= */ emitter.settings().serviceName(),
              /* operationName= */ identity.operation(),
              /* spanKind= */ identity.kind(),
              /* status= */ change.status(),
              /* timestamp= */ emitter.clock().instant(),
              /* durationMicros= */ change.durationMicros(),
              /* context= */ identity.context(),
              /* tags= */ tags,
              /* metadata= */ metadata,
              /* traceFlags= */ identity.flags(),
              /* progressPercentage= */ change.progress(),
              /* currentOperation= */ change.currentOperation(),
              /* resourceUsage= */ usage(change, now),
              /* performanceIndicators= */ indicators,
              /* customMetrics= */ measures,
              /* events= */ change.events(),
              /* outcome= */ change.outcome(),
              /* performanceSummary= */ last ? summary : null,
              /* resourceUtilization= */ last ? utilization(now) : null,
              /* samplingWeight= */ weight);
      clearOnce();
      return event;
    }
  }

  private void clearOnce() {
    measures = Map.of();
    usage = null;
    indicators = null;
  }

  /** Set by the application, else measured; absent at the start. */
  private @Nullable ResourceUsage usage(Change change, @Nullable ResourceSample now) {
    if (usage != null || now == null || change.type() == TraceEventType.STARTED) {
      return usage;
    }
    return now.usage();
  }

  private @Nullable ResourceUsage utilization(@Nullable ResourceSample now) {
    if (utilization != null || now == null || atStart == null) {
      return utilization;
    }
    return now.usageSince(atStart);
  }
}
