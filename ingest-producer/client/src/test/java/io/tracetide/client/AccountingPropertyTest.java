package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.schemas.TraceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Every event is counted, whatever the producer does. */
class AccountingPropertyTest {

  private static final int THREADS = 3;
  private static final int EVENTS_OF_EACH = 100;

  private final TestEmitters emitters = new TestEmitters();

  @Property(tries = 15)
  void shouldAccountForEveryEvent(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int capacity,
      @ForAll boolean flushes)
      throws InterruptedException {
    FickleProducer kafka = new FickleProducer(seed);
    TraceEmitter emitter = emitters.start(() -> kafka, builder -> builder.queueCapacity(capacity));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(() -> work(emitter));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      EmitterStats during = emitter.stats();
      assertThat(during.pending()).isNotNegative();
      thread.join();
    }
    if (flushes) {
      assertThat(emitter.flush(Duration.ofSeconds(20))).isTrue();
      assertThat(emitter.stats().pending()).isZero();
    }
    emitter.close(flushes ? Duration.ofSeconds(5) : Duration.ZERO);

    await().atMost(Duration.ofSeconds(5)).until(() -> emitter.stats().pending() == 0);
    EmitterStats stats = emitter.stats();
    assertThat(stats.emitted()).isEqualTo(THREADS * (EVENTS_OF_EACH * 3L + 1));
    assertThat(stats.acknowledged()).isEqualTo(kafka.acknowledged.get());
    assertThat(stats.dropped(DropReason.INVALID)).isGreaterThanOrEqualTo(THREADS);
  }

  private static void work(TraceEmitter emitter) {
    emitter.emit((TraceEvent) null);
    for (int i = 0; i < EVENTS_OF_EACH; i++) {
      try (ExecutionTrace trace = emitter.startExecutionTrace("work", null, Map.of("a", "b"))) {
        trace.progress(i % 100);
        trace.complete();
      }
    }
  }

  /** Accepts, rejects, fails later or throws; callbacks run on the sending thread. */
  private static final class FickleProducer extends MockProducer<byte[], byte[]> {

    private final Random random;
    private final AtomicLong acknowledged = new AtomicLong();

    FickleProducer(long seed) {
      super(
          true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
      random = new Random(seed);
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      return switch (random.nextInt(600)) {
        case 0 -> refused(callback, new TimeoutException("no room"));
        case 1 -> refused(callback, new RecordTooLargeException("large"));
        case 2 -> throw new SerializationException("cannot be written");
        case 3 -> throw new IllegalStateException("closed");
        case 4 -> throw new KafkaException("fenced");
        case 5 -> later(callback, new TimeoutException("expired"));
        default -> taken(record, callback);
      };
    }

    /** Stays open: the emitter gets it again after it has discarded a producer. */
    @Override
    public void close(Duration timeout) {}

    private Future<RecordMetadata> taken(ProducerRecord<byte[], byte[]> record, Callback callback) {
      acknowledged.incrementAndGet();
      return super.send(record, callback);
    }

    private static Future<RecordMetadata> refused(Callback callback, RuntimeException failure) {
      callback.onCompletion(null, failure);
      return CompletableFuture.failedFuture(failure);
    }

    private static Future<RecordMetadata> later(Callback callback, RuntimeException failure) {
      return CompletableFuture.supplyAsync(
          () -> {
            callback.onCompletion(null, failure);
            throw failure;
          });
    }
  }
}
