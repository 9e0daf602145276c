package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A producer that blocks for ever blocks only the sender's thread. */
class BlockedProducerTest {

  private static final int PIECES = 20_000;

  private final TestEmitters emitters = new TestEmitters();

  @Test
  void shouldLetTheApplicationGoOnAsBeforeWhileSendingBlocks() {
    BlockedProducer kafka = new BlockedProducer();
    TraceEmitter emitter = emitters.start(() -> kafka, builder -> builder.queueCapacity(1_000));
    emitter.startExecutionTrace("first");
    await().until(() -> kafka.entered.getCount() == 0);

    long[] nanos = new long[PIECES];
    for (int i = 0; i < PIECES; i++) {
      long began = System.nanoTime();
      try (ExecutionTrace trace = emitter.startExecutionTrace("work")) {
        trace.progress(50);
        trace.complete();
      }
      nanos[i] = System.nanoTime() - began;
    }
    Arrays.sort(nanos);

    assertThat(Duration.ofNanos(nanos[PIECES / 100 * 99]))
        .as("the 99th percentile of a whole trace of three events")
        .isLessThan(Duration.ofMillis(1));
    long began = System.nanoTime();
    assertThat(emitter.flush(Duration.ofMillis(100))).isFalse();
    assertThat(emitter.close(Duration.ofMillis(100))).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    await().until(() -> emitter.stats().pending() == 0);
    assertThat(emitter.stats().emitted()).isEqualTo(3L * PIECES + 1);
    assertThat(emitter.stats().dropped()).isEqualTo(emitter.stats().emitted());
  }

  private static final class BlockedProducer extends MockProducer<byte[], byte[]> {

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    BlockedProducer() {
      super(
          true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
      entered.countDown();
      try {
        never.await();
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
      throw new IllegalStateException("never");
    }
  }
}
