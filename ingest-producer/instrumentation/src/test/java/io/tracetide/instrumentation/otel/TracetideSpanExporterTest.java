package io.tracetide.instrumentation.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.tracetide.client.CapturingEmitter;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With the SDK. A test of the whole pipeline compares the result with the gateway's. */
class TracetideSpanExporterTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final CapturingEmitter captured = new CapturingEmitter("unused", "acme");
  private final TracetideSpanExporter exporter = TracetideSpanExporter.over(captured.emitter());
  private final SdkTracerProvider sdk =
      SdkTracerProvider.builder()
          .setResource(
              Resource.create(
                  Attributes.builder().put("service.name", "shop").put("host.name", "n1").build()))
          .setSpanLimits(
              SpanLimits.builder().setMaxNumberOfAttributes(500).setMaxNumberOfEvents(500).build())
          .addSpanProcessor(SimpleSpanProcessor.create(exporter))
          .build();
  private final Tracer tracer = sdk.tracerBuilder("cart").setInstrumentationVersion("1.2").build();

  @AfterEach
  void close() {
    sdk.close();
    captured.close();
  }

  @Test
  void shouldMapEveryFieldOfAFailedSpan() {
    SpanContext caller =
        SpanContext.createFromRemoteParent(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getSampled(),
            TraceState.builder().put("ot", "th:c;rv:1").put("vendor", "x").build());
    Span span =
        tracer
            .spanBuilder("POST /pay")
            .setParent(Context.root().with(Span.wrap(caller)))
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(START)
            .startSpan();
    span.setAttribute("http.status", 500);
    span.setAttribute("ratio", 0.25);
    span.setAttribute("retried", true);
    span.setAttribute(AttributeKey.stringArrayKey("list"), List.of("a", "b\"17"));
    span.setAttribute(AttributeKey.doubleArrayKey("numbers"), List.of(1.5, Double.NaN));
    span.setAttribute(AttributeKey.longArrayKey("none"), List.of());
    span.recordException(new IllegalStateException("out of stock"));
    span.setStatus(StatusCode.ERROR, "no");
    span.end(START.plusNanos(750_000_500));

    TraceEvent event = onlyEvent();
    assertThat(event.getTenantId()).isEqualTo("acme");
    assertThat(event.getType()).isEqualTo(TraceEventType.COMPLETED);
    assertThat(event.getTraceId()).isEqualTo(caller.getTraceId());
    assertThat(event.getSpanId()).isEqualTo(span.getSpanContext().getSpanId());
    assertThat(event.getParentSpanId()).isEqualTo(caller.getSpanId());
    assertThat(event.getServiceName()).isEqualTo("shop");
    assertThat(event.getOperationName()).isEqualTo("POST /pay");
    assertThat(event.getSpanKind()).isEqualTo(io.tracetide.schemas.SpanKind.CLIENT);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.FAILED);
    assertThat(event.getTimestamp()).isEqualTo(START.plusNanos(750_000_000));
    assertThat(event.getDurationMicros()).isEqualTo(750_001);
    assertThat(event.getTraceFlags()).isEqualTo(1);
    assertThat(event.getSamplingWeight()).isCloseTo(4, within(1e-9));
    assertThat(event.getTags())
        .isEqualTo(
            Map.of(
                "http.status", "500",
                "ratio", "0.25",
                "retried", "true",
                "list", "[\"a\",\"b\\\"17\"]",
                "numbers", "[1.5,\"NaN\"]",
                "none", "[]"));
    assertThat(event.getMetadata())
        .isEqualTo(
            Map.of("host.name", "n1", "otel.scope.name", "cart", "otel.scope.version", "1.2"));
    assertThat(event.getEvents()).extracting(SpanEvent::getEventName).containsExactly("exception");
    assertThat(event.getOutcome().getSuccess()).isFalse();
    assertThat(event.getOutcome().getError().getType())
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(event.getOutcome().getError().getMessage()).isEqualTo("out of stock");
    assertThat(event.getOutcome().getError().getStack()).contains("shouldMapEveryField");
  }

  @Test
  void shouldMapAFinishedSpanWithoutTrimmings() {
    tracer.spanBuilder("work").startSpan().end();

    TraceEvent event = onlyEvent();
    assertThat(event.getStatus()).isEqualTo(TraceStatus.COMPLETED);
    assertThat(event.getOperationName()).isEqualTo("work");
    assertThat(event.getSpanKind()).isEqualTo(io.tracetide.schemas.SpanKind.INTERNAL);
    assertThat(event.getParentSpanId()).isNull();
    assertThat(event.getOutcome()).isNull();
    assertThat(event.getContext()).isNull();
    assertThat(event.getSamplingWeight()).isEqualTo(1);
    assertThat(event.getTags()).isEmpty();
    assertThat(event.getEvents()).isEmpty();
  }

  @Test
  void shouldReadWorkflowAttributes() {
    Span span = tracer.spanBuilder("plan trip").startSpan();
    span.setAttribute("mplp.context_id", "trip-9");
    span.setAttribute("tracetide.plan.id", "plan-7");
    span.setAttribute("tracetide.progress", 62.5);
    span.setAttribute("tracetide.current_operation", "comparing flights");
    span.addEvent(
        "approval_workflow",
        Attributes.builder().put("event.name", "requested").put("requester", "ada").build());
    span.addEvent(
        "booked", Attributes.builder().put("tracetide.event_type", "trace_milestone").build());
    span.end();

    TraceEvent event = onlyEvent();
    assertThat(event.getContext())
        .isEqualTo(new TraceContext("trip-9", "plan-7", null, null, null));
    assertThat(event.getProgressPercentage()).isEqualTo(62.5);
    assertThat(event.getCurrentOperation()).isEqualTo("comparing flights");
    assertThat(event.getTags()).isEmpty();
    assertThat(event.getEvents())
        .extracting(each -> each.getEventType() + " " + each.getEventName())
        .containsExactly("approval_workflow requested", "trace_milestone booked");
  }

  @Test
  void shouldKeepWithinTheLimitsOfTheGateway() {
    Span span = tracer.spanBuilder("x".repeat(300) + "\u0007").startSpan();
    for (int i = 0; i < 100; i++) {
      span.setAttribute("key-" + i, "v");
    }
    span.setAttribute("key-0", "é".repeat(4_000));
    for (int i = 0; i < 200; i++) {
      span.addEvent("event " + i);
    }
    span.end();

    TraceEvent event = onlyEvent();
    assertThat(event.getOperationName()).isEqualTo("x".repeat(256));
    assertThat(event.getTags()).hasSize(64);
    assertThat(event.getEvents()).hasSize(128);
    assertThat(event.getTags().values())
        .allSatisfy(value -> assertThat(value.length()).isLessThanOrEqualTo(2_048));
  }

  @Test
  void shouldWriteValuesOfAnyShapeAsJson() {
    Span span = tracer.spanBuilder("work").startSpan();
    span.setAttribute(
        AttributeKey.valueKey("basket"),
        Value.of(
            Map.of("items", Value.of(Value.of("a"), Value.of(2), Value.of(true), Value.of(0.5)))));
    span.setAttribute(
        AttributeKey.valueKey("raw"), Value.of(new byte[] {(byte) 0xca, (byte) 0xfe}));
    span.end();

    assertThat(onlyEvent().getTags())
        .isEqualTo(Map.of("basket", "{\"items\":[\"a\",2,true,0.5]}", "raw", "yv4="));
  }

  @Test
  void shouldLeaveOutTheSpansOfItsOwnSending() {
    for (String key : List.of("messaging.client_id", "messaging.client.id")) {
      tracer
          .spanBuilder("traces publish")
          .setSpanKind(SpanKind.PRODUCER)
          .setAttribute(key, "tracetide-emitter")
          .startSpan()
          .end();
    }
    tracer
        .spanBuilder("orders publish")
        .setSpanKind(SpanKind.PRODUCER)
        .setAttribute("messaging.client.id", "checkout")
        .startSpan()
        .end();

    assertThat(captured.events())
        .extracting(TraceEvent::getOperationName)
        .containsExactly("orders publish");
  }

  @Test
  void shouldLeaveAnEmitterOpenThatIsNotItsOwn() {
    CompletableResultCode done = exporter.shutdown().join(10, TimeUnit.SECONDS);
    captured.emitter().startExecutionTrace("afterwards").complete();

    assertThat(done.isSuccess()).isTrue();
    assertThat(exporter.export(List.of()).isSuccess()).isFalse();
    assertThat(captured.events()).hasSize(2);
  }

  @Test
  void shouldCloseItsOwnEmitterWhenItIsShutDown() {
    CapturingEmitter own = new CapturingEmitter("unused", "acme");
    TracetideSpanExporter owning = TracetideSpanExporter.owning(own.emitter());

    assertThat(owning.shutdown().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(owning.shutdown().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
    own.emitter().startExecutionTrace("afterwards").complete();

    assertThat(own.emitter().stats().acknowledged()).isZero();
  }

  @Test
  void shouldFlushWhatWasExported() {
    tracer.spanBuilder("work").startSpan().end();

    assertThat(exporter.flush().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(captured.emitter().stats().acknowledged()).isEqualTo(1);
  }

  @Test
  void shouldPublishLocalRootsThatRunForLong() {
    try (SdkTracerProvider watched =
        SdkTracerProvider.builder()
            .addSpanProcessor(
                new RunningSpans(
                    captured.emitter(), RunningSpans.Which.LOCAL_ROOTS, Duration.ofMillis(200)))
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      Tracer other = watched.get("other");
      other.spanBuilder("quick").startSpan().end();
      Span slow = other.spanBuilder("slow").setSpanKind(SpanKind.SERVER).startSpan();
      slow.setAttribute("tracetide.context_id", "c-1");
      Span child = other.spanBuilder("child").setParent(Context.root().with(slow)).startSpan();

      await().until(() -> captured.events().size() == 2);
      child.end();
      slow.end();

      List<TraceEvent> events = captured.events();
      assertThat(events)
          .extracting(event -> event.getOperationName() + " " + event.getType())
          .containsExactly("quick COMPLETED", "slow STARTED", "child COMPLETED", "slow COMPLETED");
      TraceEvent started = events.get(1);
      TraceEvent completed = events.get(3);
      assertThat(started.getStatus()).isEqualTo(TraceStatus.RUNNING);
      assertThat(started.getDurationMicros()).isNull();
      assertThat(started.getOutcome()).isNull();
      assertThat(started.getSpanId()).isEqualTo(completed.getSpanId());
      assertThat(started.getSpanKind()).isEqualTo(completed.getSpanKind());
      assertThat(started.getContext()).isEqualTo(completed.getContext());
      assertThat(completed.getTimestamp())
          .isCloseTo(
              started.getTimestamp().plusNanos(completed.getDurationMicros() * 1_000),
              within(2, ChronoUnit.MICROS));
    }
  }

  private TraceEvent onlyEvent() {
    List<TraceEvent> events = captured.events();
    assertThat(events).hasSize(1);
    return events.get(0);
  }
}
