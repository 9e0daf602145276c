package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.TraceEventBatches;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class BatchesTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final int PARTITIONS = 2;
  private static final Cluster CLUSTER =
      new Cluster(
          "cluster",
          List.of(Node.noNode()),
          IntStream.range(0, PARTITIONS)
              .boxed()
              .flatMap(
                  number ->
                      List.of("traces", "trace-batches", "metrics").stream()
                          .map(
                              topic -> new PartitionInfo(topic, number, Node.noNode(), null, null)))
              .toList(),
          Set.of(),
          Set.of());

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroDecoder<TraceEventBatch> batches =
      new AvroDecoder<>(registry, TraceEventBatch.class);
  private final AvroDecoder<TraceEvent> singles = new AvroDecoder<>(registry, TraceEvent.class);
  private final MockProducer<byte[], byte[]> kafka = producer(true);

  private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
    return new MockProducer<>(
        CLUSTER,
        acknowledges,
        new RoundRobinPartitioner(),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  @Test
  void shouldSendEveryEventOnceInFewRecords() {
    try (TraceEmitter emitter = emitter(kafka, true, new RegistrySerializer(registry))) {
      emit(emitter, 500);
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(sent(kafka.history())).hasSize(1_000);
      assertThat(sent(kafka.history()).stream().map(TraceEvent::getTraceId).distinct())
          .hasSize(500);
      assertThat(kafka.history()).hasSizeLessThan(50);
      assertThat(emitter.stats().acknowledged()).isEqualTo(1_000);
      assertThat(emitter.stats().dropped()).isZero();
    }
  }

  @Test
  void shouldSendSingleRecordsWhenBatchesAreOff() {
    try (TraceEmitter emitter = emitter(kafka, false, new RegistrySerializer(registry))) {
      emit(emitter, 20);
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(kafka.history()).hasSize(40);
      assertThat(kafka.history()).allSatisfy(r -> assertThat(r.topic()).isEqualTo("traces"));
    }
  }

  @Test
  void shouldSendSingleRecordsWhenTheServiceMayNotWriteBatches() {
    MockProducer<byte[], byte[]> limited =
        new MockProducer<>(
            CLUSTER,
            true,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer()) {
          @Override
          public List<PartitionInfo> partitionsFor(String topic) {
            if (topic.equals("trace-batches")) {
              throw new TopicAuthorizationException(topic);
            }
            return super.partitionsFor(topic);
          }
        };
    try (TraceEmitter emitter = emitter(limited, true, new RegistrySerializer(registry))) {
      emit(emitter, 20);
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(limited.history()).hasSize(40);
      assertThat(emitter.stats().acknowledged()).isEqualTo(40);
    }
  }

  @Test
  void shouldSendSingleRecordsWithASerializerOfAnotherFormat() {
    RegistrySerializer inner = new RegistrySerializer(registry);
    Serializer<SpecificRecord> longer =
        (topic, record) -> {
          byte[] value = inner.serialize(topic, record);
          byte[] framed = new byte[value.length + 4];
          System.arraycopy(value, 0, framed, 0, 1);
          System.arraycopy(value, 1, framed, 5, value.length - 1);
          return framed;
        };
    try (TraceEmitter emitter = emitter(kafka, true, longer)) {
      emit(emitter, 20);
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(kafka.history()).hasSize(40);
      assertThat(kafka.history()).allSatisfy(r -> assertThat(r.topic()).isEqualTo("traces"));
    }
  }

  @Test
  void shouldSendTheEventsOfARefusedBatchSingly() {
    MockProducer<byte[], byte[]> manual = producer(false);
    try (TraceEmitter emitter = emitter(manual, true, new RegistrySerializer(registry))) {
      emitter.startExecutionTrace("work").complete();
      await().until(() -> manual.history().size() == 1);
      manual.errorNext(new RecordTooLargeException("larger than max.message.bytes"));
      await().until(() -> manual.history().size() == 3);
      assertThat(emitter.flush(Duration.ofMillis(50))).isFalse();
      manual.completeNext();
      manual.errorNext(new RecordTooLargeException("larger than max.message.bytes"));

      assertThat(emitter.flush(SOON)).isTrue();
      assertThat(emitter.stats().acknowledged()).isEqualTo(1);
      assertThat(emitter.stats().dropped(DropReason.TOO_LARGE)).isEqualTo(1);
    }
  }

  private static void emit(TraceEmitter emitter, int traces) {
    for (int i = 0; i < traces; i++) {
      emitter.startExecutionTrace("work").complete();
    }
  }

  private List<TraceEvent> sent(List<ProducerRecord<byte[], byte[]>> records) {
    List<TraceEvent> events = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      if (record.topic().equals("trace-batches")) {
        events.addAll(TraceEventBatches.events(batches.decode(record.value())));
      } else {
        events.add(singles.decode(record.value()));
      }
    }
    return events;
  }

  private static TraceEmitter emitter(
      MockProducer<byte[], byte[]> kafka, boolean packed, Serializer<SpecificRecord> serializer) {
    return TraceEmitter.start(
        TestEmitters.builder()
            .environment(Map.of("TRACETIDE_BATCHES", Boolean.toString(packed)))
            .settings(),
        Clock.systemUTC(),
        new Wiring(() -> kafka, () -> serializer));
  }
}
