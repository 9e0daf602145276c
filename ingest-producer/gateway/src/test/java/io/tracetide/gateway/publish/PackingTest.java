package io.tracetide.gateway.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.tracetide.gateway.record.EncodedRecord;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.TraceEventBatchWriter;
import io.tracetide.schemas.serde.TraceEventBatches;
import io.tracetide.schemas.serde.TraceEventEncoder;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class PackingTest {

  private static final int PARTITIONS = 3;
  private static final Instant TEN = Instant.parse("2026-12-01T10:00:00Z");

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final TraceEventEncoder encoder = new TraceEventEncoder(registry, "traces-value");
  private final AvroDecoder<TraceEventBatch> batches =
      new AvroDecoder<>(registry, TraceEventBatch.class);
  private final int schemaId =
      registry.register("trace-batches-value", TraceEventBatchWriter.schema());
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(
          false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
  private final Publisher publisher =
      new Publisher(
          kafka, Packing.batches(() -> PARTITIONS, () -> schemaId), Duration.ofSeconds(1));

  @Test
  void shouldSendOneRecordForEachPartitionOfTheTraces() {
    publisher.publish(IntStream.range(0, 100).mapToObj(this::event).toList());

    assertThat(kafka.history()).hasSize(PARTITIONS);
    List<String> sent = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : kafka.history()) {
      assertThat(record.topic()).isEqualTo(Topics.TRACE_BATCHES);
      List<TraceEvent> events = TraceEventBatches.events(batches.decode(record.value()));
      for (TraceEvent event : events) {
        int hash = Utils.toPositive(Utils.murmur2(event.getTraceId().getBytes(UTF_8)));
        assertThat(hash % PARTITIONS).isEqualTo(record.partition());
        sent.add(event.getSpanId());
      }
      assertThat(record.timestamp())
          .isEqualTo(
              events.stream()
                  .mapToLong(each -> each.getTimestamp().toEpochMilli())
                  .max()
                  .orElse(0));
    }
    assertThat(sent).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void shouldSendAnEventThatIsAloneOrLargeAndEveryOtherKindOfRecordSingly() {
    EncodedRecord metric = new EncodedRecord(3, Topics.METRICS, new byte[] {1}, new byte[] {2}, 1);
    EncodedRecord large = event(0, "x".repeat(TraceEventBatchWriter.LARGEST_EVENT_BYTES));
    publisher.publish(List.of(event(0), large, metric));

    assertThat(kafka.history())
        .extracting(ProducerRecord::topic)
        .containsExactlyInAnyOrder(Topics.TRACES, Topics.TRACES, Topics.METRICS);
  }

  @Test
  void shouldAcknowledgeOnlyWhenEveryBatchIsStored() {
    CompletableFuture<PublishResult> result =
        publisher.publish(IntStream.range(0, 100).mapToObj(this::event).toList());
    kafka.completeNext();
    kafka.completeNext();
    assertThat(result).isNotDone();
    kafka.errorNext(new TimeoutException("30000 ms"));

    assertThat(result.join()).isInstanceOf(PublishResult.Unavailable.class);
  }

  @Test
  void shouldRefuseOnlyTheEventsThatKafkaRefusesWhenItRefusesABatch() {
    CompletableFuture<PublishResult> result =
        publisher.publish(List.of(ofOneTrace(0), ofOneTrace(1), ofOneTrace(2)));
    assertThat(kafka.history()).hasSize(1);
    kafka.errorNext(new RecordTooLargeException("larger than max.message.bytes"));
    await().until(() -> kafka.history().size() == 4);
    kafka.completeNext();
    kafka.errorNext(new InvalidTimestampException("far"));
    assertThat(result).isNotDone();
    kafka.completeNext();

    assertThat(kafka.history().subList(1, 4))
        .allSatisfy(record -> assertThat(record.topic()).isEqualTo(Topics.TRACES));
    assertThat(result.join())
        .isInstanceOfSatisfying(
            PublishResult.Acknowledged.class,
            acknowledged ->
                assertThat(acknowledged.refused())
                    .extracting(Refusal::index, Refusal::reason)
                    .containsExactly(tuple(1, RefusalReason.FUTURE_TIMESTAMP)));
  }

  @Test
  void shouldSendSinglyWhenTheTopicOfBatchesHasNoPartitions() {
    Publisher without =
        new Publisher(kafka, Packing.batches(() -> 0, () -> schemaId), Duration.ofSeconds(1));
    without.publish(List.of(ofOneTrace(0), ofOneTrace(1)));

    assertThat(kafka.history()).hasSize(2);
  }

  @Test
  void shouldBeUnavailableWhenThePartitionsAreUnknown() {
    Publisher without =
        new Publisher(
            kafka,
            Packing.batches(
                () -> {
                  throw new TimeoutException("no metadata");
                },
                () -> schemaId),
            Duration.ofSeconds(1));

    assertThat(without.publish(List.of(ofOneTrace(0), ofOneTrace(1))).join())
        .isInstanceOf(PublishResult.Unavailable.class);
    assertThat(without.health().isUp()).isFalse();
  }

  private EncodedRecord event(int index) {
    return event(index, "checkout");
  }

  private EncodedRecord event(int index, String operation) {
    return event(index, "%032x".formatted(index), operation);
  }

  private EncodedRecord ofOneTrace(int index) {
    return event(index, "%032x".formatted(7), "checkout");
  }

  private EncodedRecord event(int index, String traceId, String operation) {
    TraceEvent event =
        TraceEvent.newBuilder()
            .setType(TraceEventType.COMPLETED)
            .setTraceId(traceId)
            .setSpanId("%016x".formatted(index))
            .setServiceName("shop")
            .setOperationName(operation)
            .setTimestamp(TEN.plusMillis(index))
            .build();
    return new EncodedRecord(
        index,
        Topics.TRACES,
        traceId.getBytes(UTF_8),
        encoder.encode(event),
        event.getTimestamp().toEpochMilli());
  }
}
