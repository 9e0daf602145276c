package io.tracetide.instrumentation.otel;

import static io.tracetide.instrumentation.otel.ExportedText.EXPORTED;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Spans as events of the contract, just as the gateway maps those that come to it over OTLP. Not
 * thread-safe: one for each batch, whose spans share what is known of their service.
 */
final class SpanMapping {

  private static final int FLAGS = 0xFF;

  private final String tenant;
  private final Map<Source, Origin> origins = new HashMap<>(4);

  /** Compared by identity, as the SDK has one object of each. */
  private record Source(Resource resource, InstrumentationScopeInfo scope) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Source that && that.resource == resource && that.scope == scope;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(resource) + System.identityHashCode(scope);
    }
  }

  SpanMapping(String tenant) {
    this.tenant = tenant;
  }

  /** That a span has begun, with what is known of it by now. */
  TraceEvent started(SpanData span) {
    return event(
        span, TraceEventType.STARTED, TraceStatus.RUNNING, span.getStartEpochNanos(), null);
  }

  /** A finished span. */
  TraceEvent completed(SpanData span) {
    boolean failed = span.getStatus().getStatusCode() == StatusCode.ERROR;
    return event(
        span,
        TraceEventType.COMPLETED,
        failed ? TraceStatus.FAILED : TraceStatus.COMPLETED,
        span.getEndEpochNanos(),
        SpanTime.durationMicros(span.getStartEpochNanos(), span.getEndEpochNanos()));
  }

  private TraceEvent event(
      SpanData span,
      TraceEventType type,
      TraceStatus status,
      long epochNanos,
      @Nullable Long durationMicros) {
    Origin origin =
        origins.computeIfAbsent(
            new Source(span.getResource(), span.getInstrumentationScopeInfo()),
            source -> Origin.of(source.resource(), source.scope()));
    WorkflowAttributes workflow = new WorkflowAttributes(EXPORTED);
    AttributeTexts tags = new AttributeTexts(ExportedText.TAGS);
    span.getAttributes()
        .forEach(
            (key, value) -> {
              String text = AttributeValue.text(value);
              if (!workflow.take(key.getKey(), text)) {
                tags.put(key.getKey(), text);
              }
            });
    Happenings happenings = new Happenings();
    if (type == TraceEventType.COMPLETED) {
      happenings.addAll(span.getEvents());
      happenings.addLinks(span);
    }
    SpanContext context = span.getSpanContext();
    SpanContext parent = span.getParentSpanContext();
    String operation = EXPORTED.name(span.getName());
    return new TraceEvent(
        tenant,
        type,
        context.getTraceId(),
        context.getSpanId(),
        parent.isValid() ? parent.getSpanId() : null,
        origin.serviceName(),
        operation.isBlank() ? "unknown_operation" : operation,
        kind(span),
        status,
        SpanTime.at(epochNanos),
        durationMicros,
        workflow.context(),
        tags.toMap(),
        origin.metadata(),
        context.getTraceFlags().asByte() & FLAGS,
        workflow.progress(),
        workflow.currentOperation(),
        null,
        null,
        Map.of(),
        happenings.events,
        status == TraceStatus.FAILED
            ? new TraceOutcome(false, null, null, happenings.error(span))
            : null,
        null,
        null,
        weight(context));
  }

  private static SpanKind kind(SpanData span) {
    return switch (span.getKind()) {
      case INTERNAL -> SpanKind.INTERNAL;
      case SERVER -> SpanKind.SERVER;
      case CLIENT -> SpanKind.CLIENT;
      case PRODUCER -> SpanKind.PRODUCER;
      case CONSUMER -> SpanKind.CONSUMER;
    };
  }

  private static double weight(SpanContext context) {
    String sampling = context.getTraceState().get("ot");
    return sampling == null
        ? 1
        : Math.min(SamplingThreshold.weight("ot=" + sampling), SamplingThreshold.MAX_WEIGHT);
  }

  /** What happened in a span; the last exception says why it failed. */
  private static final class Happenings {

    private List<SpanEvent> events = List.of();
    private @Nullable TraceError exception;

    void addAll(List<EventData> happened) {
      if (!happened.isEmpty()) {
        events = new ArrayList<>(Math.min(happened.size(), ExportedText.EVENTS));
      }
      for (EventData each : happened) {
        if (events.size() == ExportedText.EVENTS) {
          return;
        }
        add(each);
      }
    }

    /** Events come first: they say more. */
    void addLinks(SpanData span) {
      if (span.getLinks().isEmpty()) {
        return;
      }
      events = new ArrayList<>(events);
      for (LinkData link : span.getLinks()) {
        SpanContext other = link.getSpanContext();
        if (other.isValid() && events.size() < ExportedText.EVENTS) {
          AttributeTexts attributes = new AttributeTexts(ExportedText.EVENT_ATTRIBUTES);
          link.getAttributes()
              .forEach((key, value) -> attributes.put(key.getKey(), AttributeValue.text(value)));
          events.add(
              SpanEventReading.link(
                  other.getTraceId(),
                  other.getSpanId(),
                  SpanTime.at(span.getStartEpochNanos()),
                  attributes.toMap()));
        }
      }
    }

    private void add(EventData happened) {
      SpanEventReading reading = new SpanEventReading(EXPORTED);
      AttributeTexts attributes = new AttributeTexts(ExportedText.EVENT_ATTRIBUTES);
      happened
          .getAttributes()
          .forEach(
              (key, value) -> {
                String text = AttributeValue.text(value);
                reading.attribute(key.getKey(), text);
                attributes.put(key.getKey(), text);
              });
      String name = EXPORTED.name(happened.getName());
      events.add(reading.event(name, SpanTime.at(happened.getEpochNanos()), attributes.toMap()));
      TraceError error = reading.error(name);
      if (error != null) {
        exception = error;
      }
    }

    TraceError error(SpanData span) {
      return exception != null
          ? exception
          : new TraceError("", EXPORTED.value(span.getStatus().getDescription()), null);
    }
  }
}
