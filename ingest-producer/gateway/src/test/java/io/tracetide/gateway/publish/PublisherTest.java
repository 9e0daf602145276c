package io.tracetide.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.tracetide.gateway.record.EncodedRecord;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PublisherTest {

  private static final List<EncodedRecord> THREE = List.of(event(0), event(1), event(2));

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(
          false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
  private final Publisher publisher =
      new Publisher(kafka, Packing.singles(), Duration.ofMillis(100));

  @Test
  void shouldBeDoneAtOnceWhenThereIsNothingToPublish() {
    assertThat(publisher.publish(List.of()))
        .isCompletedWithValue(new PublishResult.Acknowledged(List.of()));
  }

  @Test
  void shouldRefuseByItselfWhatTheBrokerRefusesAsSuch() {
    CompletableFuture<PublishResult> result = publisher.publish(THREE);
    kafka.completeNext();
    kafka.errorNext(new InvalidTimestampException("far"));
    assertThat(result).isNotDone();
    kafka.completeNext();

    assertThat(result.join())
        .isInstanceOfSatisfying(
            PublishResult.Acknowledged.class,
            acknowledged ->
                assertThat(acknowledged.refused())
                    .extracting(Refusal::index, Refusal::reason)
                    .containsExactly(tuple(1, RefusalReason.FUTURE_TIMESTAMP)));
  }

  @Test
  void shouldStopSendingARequestAfterTheFirstRecordFoundNoRoom() {
    AtomicInteger sent = new AtomicInteger();
    MockProducer<byte[], byte[]> full =
        new MockProducer<>(
            true,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer()) {
          @Override
          public synchronized Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            sent.incrementAndGet();
            callback.onCompletion(null, new TimeoutException("no room within 1000 ms"));
            return CompletableFuture.failedFuture(new TimeoutException("no room"));
          }
        };
    Publisher stalled = new Publisher(full, Packing.singles(), Duration.ofSeconds(1));

    assertThat(stalled.publish(THREE).join()).isInstanceOf(PublishResult.Unavailable.class);
    assertThat(sent).hasValue(1);
    assertThat(stalled.health().isUp()).isFalse();
  }

  @Test
  void shouldBeDownWhileKafkaLeavesRequestsUnacknowledged() {
    assertThat(publisher.health().isUp()).isTrue();
    CompletableFuture<PublishResult> result = publisher.publish(List.of(event(0)));
    assertThat(publisher.health().isUp()).isTrue();
    await().until(() -> !publisher.health().isUp());

    kafka.completeNext();
    assertThat(result).isCompleted();
    assertThat(publisher.health().isUp()).isTrue();
  }

  private static EncodedRecord event(int index) {
    return new EncodedRecord(index, "traces", new byte[] {1}, new byte[] {2}, 1_700_000_000_000L);
  }
}
