package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TraceEmitterTest {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final MockProducer<byte[], byte[]> kafka = producer(true);

  @Test
  void shouldPublishTheLifeOfATraceInOrder() {
    try (TraceEmitter emitter = emitter(() -> kafka, 100)) {
      TraceContext context = new TraceContext("ctx", "plan", null, null, null);
      try (ExecutionTrace trace =
          emitter.startExecutionTrace("place order", context, Map.of("shop", "berlin"))) {
        trace.tag("basket", "3");
        trace.update("reserving stock");
        trace.progress(40);
        trace.event("trace_milestone", "stock reserved", Map.of("sku", "17"));
        try (ExecutionTrace child = trace.child("charge card")) {
          child.complete();
        }
        trace.complete(fields -> fields.setCustomMetrics(Map.of("items", 3.0)));
      }
      assertThat(emitter.flush(SOON)).isTrue();

      List<TraceEvent> events = events();
      assertThat(events)
          .extracting(TraceEvent::getType)
          .containsExactly(
              TraceEventType.STARTED,
              TraceEventType.UPDATED,
              TraceEventType.UPDATED,
              TraceEventType.UPDATED,
              TraceEventType.STARTED,
              TraceEventType.COMPLETED,
              TraceEventType.COMPLETED);
      assertThat(events)
          .extracting(TraceEvent::getTraceId)
          .containsOnly(events.get(0).getTraceId());
      assertThat(events.get(0).getTraceId()).matches("[0-9a-f]{32}");
      assertThat(events.get(0).getSpanId()).matches("[0-9a-f]{16}");
      assertThat(events.get(0).getTimestamp()).isEqualTo(NOW);
      assertThat(events.get(1).getCurrentOperation()).isEqualTo("reserving stock");
      assertThat(events.get(1).getTags()).isEqualTo(Map.of("shop", "berlin", "basket", "3"));
      assertThat(events.get(2).getProgressPercentage()).isEqualTo(40);
      assertThat(events.get(3).getEvents().get(0).getEventName()).isEqualTo("stock reserved");
      assertThat(events.get(4).getParentSpanId()).isEqualTo(events.get(0).getSpanId());
      assertThat(events.get(4).getContext()).isEqualTo(context);
      TraceEvent last = events.get(6);
      assertThat(last.getStatus()).isEqualTo(TraceStatus.COMPLETED);
      assertThat(last.getDurationMicros()).isNotNegative();
      assertThat(last.getCustomMetrics()).isEqualTo(Map.of("items", 3.0));
      assertThat(kafka.history())
          .allSatisfy(
              record -> {
                assertThat(record.topic()).isEqualTo("traces");
                assertThat(record.key()).asString().isEqualTo(last.getTraceId());
                assertThat(record.timestamp()).isEqualTo(NOW.toEpochMilli());
              });
    }
  }

  @Test
  void shouldPublishAWorkflowOfSeveralAgents() {
    TraceContext context = new TraceContext("ctx-1", "plan-7", "ada", null, "trip-9");
    try (TraceEmitter planner = emitter(() -> kafka, 100);
        TraceEmitter booker = emitter(() -> kafka, 100)) {
      try (ExecutionTrace workflow =
          planner.startExecutionTrace("plan trip", SpanKind.SERVER, context, Map.of())) {
        workflow.contextCreated(Map.of("participants", "planner,booker"));
        workflow.planStarted(Map.of());
        workflow.planStep("compare flights", Map.of("objective", "cheapest"));
        workflow.approvalRequested("payment", "planner");
        workflow.approved("payment", "grace");
        try (ExecutionTrace booking =
            booker.joinExecutionTrace(
                workflow.traceId(), workflow.spanId(), "book", context, Map.of())) {
          booking.rejected("seat 13", "airline", "taken");
          booking.complete(fields -> fields.setSpanKind(SpanKind.CLIENT));
        }
        workflow.milestone("booked");
        workflow.planCompleted(Map.of("efficiency", "0.9"));
        workflow.complete();
      }
      planner.flush(SOON);
      booker.flush(SOON);
    }

    List<TraceEvent> events = events();
    assertThat(events).extracting(TraceEvent::getContext).containsOnly(context);
    assertThat(events).extracting(TraceEvent::getTraceId).containsOnly(events.get(0).getTraceId());
    assertThat(kafka.history())
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsOnly(events.get(0).getTraceId());
    String root =
        events.stream()
            .filter(event -> event.getParentSpanId() == null)
            .map(TraceEvent::getSpanId)
            .findFirst()
            .orElseThrow();
    assertThat(events)
        .filteredOn(event -> event.getSpanId().equals(root))
        .allSatisfy(event -> assertThat(event.getSpanKind()).isEqualTo(SpanKind.SERVER))
        .filteredOn(event -> event.getType() == TraceEventType.COMPLETED)
        .singleElement()
        .satisfies(event -> assertThat(event.getDurationMicros()).isNotNegative());
    assertThat(events)
        .filteredOn(event -> !event.getSpanId().equals(root))
        .allSatisfy(
            event -> {
              assertThat(event.getParentSpanId()).isEqualTo(root);
              assertThat(event.getSpanKind()).isEqualTo(SpanKind.INTERNAL);
            })
        .last()
        .satisfies(event -> assertThat(event.getStatus()).isEqualTo(TraceStatus.COMPLETED));
    assertThat(events)
        .flatExtracting(TraceEvent::getEvents)
        .containsExactlyInAnyOrder(
            event("context_lifecycle", "created", Map.of("participants", "planner,booker")),
            event("plan_execution", "started", Map.of()),
            event("plan_execution", "completed", Map.of("efficiency", "0.9")),
            event("plan_execution", "compare flights", Map.of("objective", "cheapest")),
            event(
                "approval_workflow",
                "requested",
                Map.of("approvalId", "payment", "requester", "planner")),
            event(
                "approval_workflow",
                "approved",
                Map.of("approvalId", "payment", "approver", "grace")),
            event(
                "approval_workflow",
                "rejected",
                Map.of("approvalId", "seat 13", "approver", "airline", "reason", "taken")),
            event("trace_milestone", "booked", Map.of()));
  }

  private static SpanEvent event(String type, String name, Map<String, String> attributes) {
    return new SpanEvent(type, name, NOW, attributes);
  }

  @Test
  void shouldPublishTheErrorOfAFailedSpan() {
    try (TraceEmitter emitter = emitter(() -> kafka, 100)) {
      try (ExecutionTrace trace = emitter.startExecutionTrace("place order")) {
        trace.fail(new IllegalStateException("out of stock"));
      }
      emitter.flush(SOON);

      TraceEvent last = events().get(1);
      assertThat(last.getStatus()).isEqualTo(TraceStatus.FAILED);
      assertThat(last.getOutcome().getSuccess()).isFalse();
      assertThat(last.getOutcome().getError().getType())
          .isEqualTo("java.lang.IllegalStateException");
      assertThat(last.getOutcome().getError().getMessage()).isEqualTo("out of stock");
      assertThat(last.getOutcome().getError().getStack()).contains("TraceEmitterTest");
    }
  }

  @Test
  void shouldPublishAnAbandonedSpanAsCancelledAndNothingAfterTheEnd() {
    try (TraceEmitter emitter = emitter(() -> kafka, 100)) {
      ExecutionTrace trace = emitter.startExecutionTrace("place order");
      trace.close();
      trace.close();
      trace.complete();
      trace.update("too late");
      emitter.flush(SOON);

      assertThat(events())
          .extracting(TraceEvent::getStatus)
          .containsExactly(TraceStatus.RUNNING, TraceStatus.CANCELLED);
    }
  }

  @Test
  void shouldKeepTheNewestEventsAndCountTheOldestWhenTheQueueIsFull() {
    CompletableFuture<Producer<byte[], byte[]>> connection = new CompletableFuture<>();
    try (TraceEmitter emitter = emitter(connection::join, 10)) {
      emitter.startExecutionTrace("0");
      // The sender holds the first one while it waits for the connection.
      await().until(() -> connection.getNumberOfDependents() > 0);
      for (int i = 1; i <= 25; i++) {
        emitter.startExecutionTrace(Integer.toString(i));
      }
      connection.complete(kafka);
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(events())
          .extracting(TraceEvent::getOperationName)
          .containsExactly("0", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25");
      EmitterStats stats = emitter.stats();
      assertThat(stats.dropped(DropReason.QUEUE_FULL)).isEqualTo(15);
      assertThat(stats.emitted()).isEqualTo(stats.acknowledged() + stats.dropped());
    }
  }

  @Test
  void shouldNotBlockTheCallerWhileKafkaIsUnavailable() {
    AtomicInteger attempts = new AtomicInteger();
    Supplier<Producer<byte[], byte[]>> away =
        () -> {
          attempts.incrementAndGet();
          throw new KafkaException("No resolvable bootstrap urls");
        };
    TraceEmitter emitter = emitter(away, 1_000);
    long began = System.nanoTime();
    for (int i = 0; i < 10_000; i++) {
      try (ExecutionTrace trace = emitter.startExecutionTrace("work")) {
        trace.complete();
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);

    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(emitter.flush(Duration.ofMillis(50))).isFalse();
    assertThat(emitter.close(Duration.ofMillis(50))).isFalse();
    assertThat(attempts).hasPositiveValue();
    assertThat(emitter.stats().dropped()).isEqualTo(emitter.stats().emitted()).isEqualTo(20_000);
  }

  @Test
  void shouldCloseWithinTheTimeoutWithoutAnyAcknowledgement() throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    TraceEmitter emitter =
        TraceEmitter.builder()
            .serviceName("shop")
            .bootstrapServers("127.0.0.1:" + nobody)
            .schemaRegistry("http://127.0.0.1:" + nobody)
            .resourceMetrics(false)
            .build();
    emitter.startExecutionTrace("work").complete();

    long began = System.nanoTime();
    assertThat(emitter.close(Duration.ofMillis(300))).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    await().until(() -> emitter.stats().dropped() == 2);
  }

  @Test
  void shouldTryAgainWhenKafkaHasNoRoomOrNoMetadata() {
    AtomicInteger refusals = new AtomicInteger(2);
    MockProducer<byte[], byte[]> reluctant =
        new MockProducer<>(
            true,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer()) {
          @Override
          public synchronized java.util.concurrent.Future<
                  org.apache.kafka.clients.producer.RecordMetadata>
              send(
                  ProducerRecord<byte[], byte[]> record,
                  org.apache.kafka.clients.producer.Callback callback) {
            if (refusals.getAndDecrement() > 0) {
              TimeoutException refused = new TimeoutException("no metadata");
              callback.onCompletion(null, refused);
              return CompletableFuture.failedFuture(refused);
            }
            return super.send(record, callback);
          }
        };
    try (TraceEmitter emitter = emitter(() -> reluctant, 10)) {
      emitter.startExecutionTrace("work");

      assertThat(emitter.flush(SOON)).isTrue();
      assertThat(reluctant.history()).hasSize(1);
      assertThat(emitter.stats().acknowledged()).isEqualTo(1);
      assertThat(emitter.stats().dropped()).isZero();
    }
  }

  @Test
  void shouldReplaceAProducerAfterAFatalError() {
    kafka.sendException = new KafkaException("fenced");
    MockProducer<byte[], byte[]> second = producer(true);
    AtomicInteger made = new AtomicInteger();
    try (TraceEmitter emitter = emitter(() -> made.getAndIncrement() == 0 ? kafka : second, 10)) {
      emitter.startExecutionTrace("work");

      assertThat(emitter.flush(SOON)).isTrue();
      assertThat(kafka.closed()).isTrue();
      assertThat(second.history()).hasSize(1);
      assertThat(emitter.stats().dropped()).isZero();
    }
  }

  @Test
  void shouldFlushOnlyAfterTheResultOfEachEvent() throws Exception {
    MockProducer<byte[], byte[]> slow = producer(false);
    try (TraceEmitter emitter = emitter(() -> slow, 10)) {
      emitter.startExecutionTrace("one");
      emitter.startExecutionTrace("two");
      emitter.startExecutionTrace("three");
      CompletableFuture<Boolean> flushed = CompletableFuture.supplyAsync(() -> emitter.flush(SOON));
      await().until(() -> slow.history().size() == 3);
      slow.completeNext();
      slow.errorNext(new TimeoutException("expired"));
      assertThat(flushed).failsWithin(Duration.ofMillis(100));

      slow.errorNext(new RecordTooLargeException("large"));
      assertThat(flushed.get(5, TimeUnit.SECONDS)).isTrue();
      assertThat(emitter.stats().acknowledged()).isEqualTo(1);
      assertThat(emitter.stats().dropped(DropReason.NOT_DELIVERED)).isEqualTo(1);
      assertThat(emitter.stats().dropped(DropReason.TOO_LARGE)).isEqualTo(1);
    }
  }

  @Test
  void shouldDropAndCountEventsThatBreakTheContract() {
    try (TraceEmitter emitter = emitter(() -> kafka, 10)) {
      ExecutionTrace trace = emitter.startExecutionTrace("work");
      trace.update(fields -> fields.setServiceName(null));
      trace.complete();
      emitter.flush(SOON);

      assertThat(events()).hasSize(2);
      assertThat(emitter.stats().dropped(DropReason.INVALID)).isEqualTo(1);
    }
  }

  @Test
  void shouldDropAndCountWhatComesAfterClosing() {
    TraceEmitter emitter = emitter(() -> kafka, 10);
    ExecutionTrace trace = emitter.startExecutionTrace("work");
    assertThat(emitter.close(SOON)).isTrue();
    trace.complete();
    emitter.close();

    assertThat(kafka.closed()).isTrue();
    assertThat(events()).hasSize(1);
    assertThat(emitter.stats().dropped(DropReason.CLOSED)).isEqualTo(1);
  }

  @Test
  void shouldPublishMetricSamplesUnderTenantAndServiceAndCountThemApart() {
    try (TraceEmitter emitter = emitter(() -> kafka, 100)) {
      MetricSample sample =
          MetricSample.newBuilder()
              .setTenantId("acme")
              .setServiceName("shop")
              .setMetricName("orders_total")
              .setType(MetricType.COUNTER)
              .setTimestamp(NOW)
              .setValue(17)
              .build();
      emitter.emit(sample);
      assertThat(emitter.flush(SOON)).isTrue();

      ProducerRecord<byte[], byte[]> record = kafka.history().get(0);
      assertThat(record.topic()).isEqualTo("metrics");
      assertThat(record.key()).asString().isEqualTo("acme|shop");
      assertThat(record.timestamp()).isEqualTo(NOW.toEpochMilli());
      assertThat(new AvroDecoder<>(registry, MetricSample.class).decode(record.value()))
          .isEqualTo(sample);
      assertThat(emitter.metricStats().acknowledged()).isEqualTo(1);
      assertThat(emitter.stats().emitted()).isZero();
    }
  }

  private TraceEmitter emitter(Supplier<Producer<byte[], byte[]>> connect, int capacity) {
    EmitterSettings settings =
        TraceEmitter.builder()
            .serviceName("shop")
            .bootstrapServers("kafka.invalid:9092")
            .schemaRegistry("http://registry.invalid")
            .resourceMetrics(false)
            .queueCapacity(capacity)
            .settings();
    return TraceEmitter.start(
        settings,
        Clock.fixed(NOW, ZoneOffset.UTC),
        new Wiring(connect, () -> new RegistrySerializer(registry)));
  }

  private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
    return new MockProducer<>(
        acknowledges,
        new RoundRobinPartitioner(),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private List<TraceEvent> events() {
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
    return kafka.history().stream().map(record -> decoder.decode(record.value())).toList();
  }
}
