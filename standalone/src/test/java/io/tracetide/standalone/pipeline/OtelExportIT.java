package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import io.tracetide.standalone.launch.StoredEvents;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service with OpenTelemetry's SDK that exports to the gateway and straight to Kafka at once: a
 * span is the same event, whichever way it came.
 */
class OtelExportIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final PipelineFixture platform = PipelineFixture.shared();
  private GatewayApp gateway;
  private KafkaConsumer<byte[], byte[]> consumer;
  private HttpSchemaRegistry schemas;
  private final List<TraceEvent> events = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    TracetideConfig config = platform.config(directory);
    gateway =
        GatewayApp.start(config.gateway(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
    schemas = HttpSchemaRegistry.create(RegistrySettings.of(platform.registryUrl()));
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", platform.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        StoredEvents.TOPICS.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(each -> new TopicPartition(each.topic(), each.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  @AfterEach
  void stop() {
    consumer.close();
    schemas.close();
    gateway.close();
  }

  @Test
  void shouldMakeTheSameEventOfASpanAsTheGateway() {
    OpenTelemetrySdk sdk =
        sdk(
            Map.of(
                "otel.traces.exporter", "tracetide,otlp",
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.exporter.otlp.endpoint", gateway.url(),
                "otel.span.attribute.count.limit", "300",
                "otel.span.event.count.limit", "300",
                "tracetide.otel.running", "none"));
    Tracer tracer = sdk.tracerBuilder("cart").setInstrumentationVersion("1.2").build();
    List<Span> spans = new ArrayList<>();
    for (Scene scene : scenes()) {
      spans.add(scene.play(tracer));
    }
    assertThat(sdk.getSdkTracerProvider().forceFlush().join(30, TimeUnit.SECONDS).isSuccess())
        .isTrue();
    sdk.close();

    Map<String, List<TraceEvent>> bySpan =
        await()
            .atMost(PATIENCE)
            .until(
                () -> received(spans),
                received ->
                    received.values().stream().mapToInt(List::size).sum() == 2 * spans.size());
    assertThat(bySpan).hasSize(spans.size());
    assertThat(bySpan.values())
        .allSatisfy(
            both -> {
              assertThat(both).hasSize(2);
              assertThat(both.get(0)).isEqualTo(both.get(1));
            });
  }

  @Test
  void shouldTellOfWorkThatIsStillRunning() {
    try (OpenTelemetrySdk sdk =
        sdk(Map.of("otel.traces.exporter", "tracetide", "tracetide.otel.running.after", "100ms"))) {
      Span span =
          sdk.getTracer("cart").spanBuilder("import").setSpanKind(SpanKind.CONSUMER).startSpan();
      await().atMost(PATIENCE).until(() -> received(List.of(span)).size() == 1);
      span.end();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(received(List.of(span)).values())
                      .singleElement()
                      .satisfies(
                          both ->
                              assertThat(both)
                                  .extracting(TraceEvent::getType)
                                  .containsExactly(
                                      TraceEventType.STARTED, TraceEventType.COMPLETED)));
    }
  }

  /** A service as anybody has it: one exporter by name, and where Kafka is. */
  private OpenTelemetrySdk sdk(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put("otel.service.name", "export-it");
    all.put("otel.resource.attributes", "deployment.environment=test,host.name=node-1");
    all.put("otel.metrics.exporter", "none");
    all.put("otel.logs.exporter", "none");
    all.put("otel.bsp.schedule.delay", "50");
    all.put("tracetide.bootstrap.servers", platform.bootstrapServers());
    all.put("tracetide.schema.registry.url", platform.registryUrl());
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> all)
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }

  /** A span of each kind that there is. */
  @FunctionalInterface
  private interface Scene {
    Span play(Tracer tracer);
  }

  private static List<Scene> scenes() {
    Instant start = Instant.now().minusSeconds(5).truncatedTo(ChronoUnit.MICROS);
    List<Scene> scenes = new ArrayList<>();
    for (SpanKind kind : SpanKind.values()) {
      scenes.add(
          tracer ->
              ended(
                  tracer.spanBuilder("GET /cart").setSpanKind(kind),
                  start,
                  start.plusNanos(1_499)));
    }
    scenes.add(tracer -> ended(tracer.spanBuilder(" "), start, start.minusSeconds(1)));
    scenes.add(tracer -> ended(tracer.spanBuilder("n\u0007ame " + "ü".repeat(300)), start, start));
    scenes.add(
        tracer -> {
          Span span = tracer.spanBuilder("POST /pay").setStartTimestamp(start).startSpan();
          span.recordException(new IllegalStateException("first"));
          span.recordException(
              new IllegalArgumentException("line\nline", new RuntimeException("cause")));
          span.setStatus(StatusCode.ERROR, "no");
          return ended(span, start.plusMillis(750));
        });
    scenes.add(
        tracer -> {
          Span span = tracer.spanBuilder("refused").setStartTimestamp(start).startSpan();
          span.setStatus(StatusCode.ERROR, "out of stock");
          return ended(span, start.plusMillis(7));
        });
    scenes.add(
        tracer -> {
          Span span = tracer.spanBuilder("attributes").setStartTimestamp(start).startSpan();
          span.setAttribute("text", "a\u202Eb\t\"c\"");
          span.setAttribute("long", Long.MIN_VALUE);
          span.setAttribute("double", 0.1);
          span.setAttribute("nan", Double.NaN);
          span.setAttribute("flag", true);
          span.setAttribute("empty", "");
          span.setAttribute("huge", "x€".repeat(5_000));
          span.setAttribute("k".repeat(300), "long key");
          span.setAttribute(
              AttributeKey.stringArrayKey("texts"), List.of("a", "b\"\\\n\u0001", "é"));
          span.setAttribute(AttributeKey.longArrayKey("longs"), List.of(1L, -2L));
          span.setAttribute(
              AttributeKey.doubleArrayKey("doubles"),
              List.of(1.5, Double.NaN, Double.NEGATIVE_INFINITY));
          span.setAttribute(AttributeKey.booleanArrayKey("flags"), List.of(true, false));
          span.setAttribute(AttributeKey.stringArrayKey("nothing"), List.of());
          span.setAttribute(
              AttributeKey.valueKey("basket"),
              Value.of(
                  Map.of(
                      "items",
                      Value.of(
                          Value.of("a"),
                          Value.of(3),
                          Value.of(0.5),
                          Value.of(new byte[] {1, 2}),
                          Value.of(Map.of("deep", Value.of(false)))))));
          span.setAttribute(AttributeKey.valueKey("raw"), Value.of(new byte[] {1, 2, 3}));
          return ended(span, start.plusMillis(1));
        });
    scenes.add(
        tracer -> {
          Span span = tracer.spanBuilder("too much").setStartTimestamp(start).startSpan();
          for (int i = 0; i < 200; i++) {
            span.setAttribute("key-" + i, i);
            span.addEvent("event-" + i, start.plusMillis(i));
          }
          return ended(span, start.plusMillis(1));
        });
    scenes.add(
        tracer -> {
          Span span = tracer.spanBuilder("plan trip").setStartTimestamp(start).startSpan();
          span.setAttribute("mplp.context_id", "trip-9");
          span.setAttribute("tracetide.plan.id", "plan-7");
          span.setAttribute("tracetide.userId", "u-3");
          span.setAttribute("tracetide.progress", 62.5);
          span.setAttribute("mplp.progress_percentage", "101");
          span.setAttribute("tracetide.current_operation", "comparing");
          span.setAttribute("mplp.role", "planner");
          span.addEvent(
              "approval_workflow",
              Attributes.builder().put("event.name", "requested").put("requester", "ada").build(),
              start.plusMillis(1));
          span.addEvent(
              "log",
              Attributes.builder().put("event.type", "context_lifecycle").put("name", "x").build(),
              start.plusMillis(2));
          return ended(span, start.plusMillis(5));
        });
    scenes.add(
        tracer -> {
          SpanContext caller =
              SpanContext.createFromRemoteParent(
                  "0af7651916cd43dd8448eb211c80319c",
                  "b7ad6b7169203331",
                  TraceFlags.fromByte((byte) 3),
                  TraceState.builder().put("vendor", "1").put("ot", "th:c;rv:1").build());
          return ended(
              tracer
                  .spanBuilder("joined")
                  .setParent(Context.root().with(Span.wrap(caller)))
                  .addLink(
                      SpanContext.create(
                          "00000000000000000000000000000abc",
                          "0000000000000def",
                          TraceFlags.getSampled(),
                          TraceState.getDefault()),
                      Attributes.builder().put("why", "batch").build()),
              start,
              start.plusMillis(3));
        });
    return scenes;
  }

  private static Span ended(SpanBuilder builder, Instant start, Instant end) {
    return ended(builder.setStartTimestamp(start).startSpan(), end);
  }

  private static Span ended(Span span, Instant end) {
    span.end(end);
    return span;
  }

  /** What has come of these spans so far, by their id. */
  private Map<String, List<TraceEvent>> received(List<Span> spans) {
    StoredEvents stored = new StoredEvents(schemas);
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      for (TraceEvent event : stored.of(record)) {
        if (spans.stream()
            .anyMatch(span -> span.getSpanContext().getSpanId().equals(event.getSpanId()))) {
          events.add(event);
        }
      }
    }
    return events.stream().collect(Collectors.groupingBy(TraceEvent::getSpanId));
  }
}
