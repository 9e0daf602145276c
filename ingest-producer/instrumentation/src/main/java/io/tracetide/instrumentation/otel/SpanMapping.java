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
 * Converts spans to trace events, in the same way as the gateway converts spans of OTLP. Used for
 * one batch, whose spans share their source. Not thread-safe.
 */
final class SpanMapping {

  private static final int FLAGS = 0xFF;

  private final String tenant;
  private final Map<Source, Origin> origins = new HashMap<>(4);

  /** Compared by identity: the SDK has one object of each. */
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

  /** The STARTED event of a running span. */
  TraceEvent started(SpanData span) {
    return event(
        span, TraceEventType.STARTED, TraceStatus.RUNNING, span.getStartEpochNanos(), null);
  }

  /** The COMPLETED event of a finished span. */
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
    InnerEvents inner = new InnerEvents();
    if (type == TraceEventType.COMPLETED) {
      inner.addAll(span.getEvents());
      inner.addLinks(span);
    }
    SpanContext context = span.getSpanContext();
    SpanContext parent = span.getParentSpanContext();
    String operation = EXPORTED.name(span.getName());
    return new TraceEvent(
        /* tenantId= */ tenant,
        /* type= */ type,
        /* traceId= */ context.getTraceId(),
        /* spanId= */ context.getSpanId(),
        /* parentSpanId= */ parent.isValid() ? parent.getSpanId() : null,
        /* serviceName= */ origin.serviceName(),
        /* operationName= */ operation.isBlank() ? "unknown_operation" : operation,
        /* spanKind= */ kind(span),
        /* status= */ status,
        /* timestamp= */ SpanTime.at(epochNanos),
        /* durationMicros= */ durationMicros,
        /* context= */ workflow.context(),
        /* tags= */ tags.toMap(),
        /* metadata= */ origin.metadata(),
        /* traceFlags= */ context.getTraceFlags().asByte() & FLAGS,
        /* progressPercentage= */ workflow.progress(),
        /* currentOperation= */ workflow.currentOperation(),
        /* resourceUsage= */ null,
        /* performanceIndicators= */ null,
        /* customMetrics= */ Map.of(),
        /* events= */ inner.events,
        /* outcome= */ status == TraceStatus.FAILED
            ? new TraceOutcome(false, null, null, inner.error(span))
            : null,
        /* performanceSummary= */ null,
        /* resourceUtilization= */ null,
        /* samplingWeight= */ weight(context));
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

  /** Events and links of a span; the last exception is its error. */
  private static final class InnerEvents {

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

    /** Within the limit, events take precedence over links. */
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
