package io.tracetide.client;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import io.tracetide.schemas.serde.AvroEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread between the queue and Kafka. Everything that may wait happens here: to reach the
 * registry, to reach Kafka, to find room in the producer's buffer. While it waits the queue keeps
 * the newest events.
 */
final class Sender implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Sender.class);

  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);

  private final String topic;
  private final EventQueue<TraceEvent> queue;
  private final AvroEncoder<TraceEvent> encoder;
  private final Supplier<Producer<byte[], byte[]>> connect;
  private final Ledger ledger;

  private final Queue<Barrier> barriers = new ConcurrentLinkedQueue<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);

  // Used by the sender's thread only.
  private Epoch epoch = new Epoch();
  private CompletableFuture<Void> earlier = CompletableFuture.completedFuture(null);
  private @Nullable Producer<byte[], byte[]> producer;
  private long reportedDrops;
  private long reportedAt = System.nanoTime() - BETWEEN_REPORTS.toNanos();

  private volatile Duration timeToClose = Duration.ZERO;

  Sender(
      String topic,
      EventQueue<TraceEvent> queue,
      AvroEncoder<TraceEvent> encoder,
      Supplier<Producer<byte[], byte[]>> connect,
      Ledger ledger) {
    this.topic = topic;
    this.queue = queue;
    this.encoder = encoder;
    this.connect = connect;
    this.ledger = ledger;
  }

  /** Completes when everything queued until now has been acknowledged or given up. */
  CompletableFuture<Void> flush() {
    Barrier barrier = new Barrier(queue.added(), new CompletableFuture<>());
    barriers.add(barrier);
    queue.wake();
    return barrier.passed();
  }

  /** Ends the thread; what is still queued is dropped, what is under way gets this much time. */
  void stop(Duration timeout) {
    timeToClose = timeout;
    stopped.countDown();
    queue.wake();
  }

  boolean awaitEnd(Duration timeout) throws InterruptedException {
    return finished.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    try {
      while (!isStopped()) {
        passBarriers();
        reportDrops();
        TraceEvent event = queue.poll(IDLE.toNanos());
        if (event != null) {
          deliver(event);
        }
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Nothing is in hand here, so every event that has left the queue is in this epoch or an earlier
   * one.
   */
  private void passBarriers() {
    for (Barrier next = barriers.peek();
        next != null && queue.removed() >= next.position();
        next = barriers.peek()) {
      barriers.remove();
      CompletableFuture<Void> passed = next.passed();
      earlier = CompletableFuture.allOf(earlier, epoch.seal());
      epoch = new Epoch();
      CompletableFuture<Void> unused = earlier.thenRun(() -> passed.complete(null));
    }
  }

  /** Tries until Kafka's client has taken the event, it proves unfit, or the emitter is closed. */
  private void deliver(TraceEvent event) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (!attempt(event)) {
      if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        ledger.dropped(DropReason.CLOSED);
        return;
      }
      reportDrops();
      pause =
          pause.compareTo(LONGEST_PAUSE.dividedBy(2)) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }
  }

  /** Whether the event is off our hands, for good or ill. */
  private boolean attempt(TraceEvent event) {
    try {
      byte[] value = encoder.encode(event);
      return send(event, value);
    } catch (SerializationException e) {
      log.debug("event dropped reason=invalid cause={}", e.getMessage());
      ledger.dropped(DropReason.INVALID);
      return true;
    } catch (InterruptException e) {
      ledger.dropped(DropReason.CLOSED);
      throw e;
    } catch (KafkaException | IncompatibleSchemaException e) {
      // The registry or the brokers cannot be reached, or the client cannot be built with what is
      // known now.
      log.debug("event waits cause={}", e.getMessage());
      return false;
    } catch (RuntimeException e) {
      // Whatever else is wrong with one event, the thread goes on with the next.
      log.debug("event dropped reason=not_delivered", e);
      ledger.dropped(DropReason.NOT_DELIVERED);
      return true;
    }
  }

  private boolean send(TraceEvent event, byte[] value) {
    Producer<byte[], byte[]> to = producer;
    if (to == null) {
      to = connect.get();
      producer = to;
    }
    byte[] key = event.getTraceId().getBytes(StandardCharsets.UTF_8);
    long timestamp = event.getTimestamp().toEpochMilli();
    Delivery delivery = new Delivery(ledger, epoch, Thread.currentThread());
    epoch.sent();
    try {
      // The callback gets the answer; the future would be a second one.
      Future<RecordMetadata> unused =
          to.send(new ProducerRecord<>(topic, null, timestamp, key, value), delivery::answered);
    } catch (RuntimeException e) {
      epoch.answered();
      throw e;
    }
    return !delivery.refused;
  }

  private void end() {
    try {
      Producer<byte[], byte[]> open = producer;
      if (open != null) {
        open.close(timeToClose);
      }
    } catch (KafkaException e) {
      log.warn("kafka client did not close cleanly cause={}", e.getMessage());
    } finally {
      ledger.dropped(DropReason.CLOSED, queue.clear());
      barriers.forEach(barrier -> barrier.passed().complete(null));
      finished.countDown();
    }
  }

  private void reportDrops() {
    long drops = ledger.stats().dropped();
    long now = System.nanoTime();
    if (drops > reportedDrops && now - reportedAt > BETWEEN_REPORTS.toNanos()) {
      log.warn("trace events dropped count={} total={}", drops - reportedDrops, drops);
      reportedDrops = drops;
      reportedAt = now;
    }
  }

  /** A flush waits until the queue has been emptied up to its position. */
  private record Barrier(long position, CompletableFuture<Void> passed) {}

  /** One event on its way. */
  private static final class Delivery {

    private final Ledger ledger;
    private final Epoch epoch;
    private final Thread sender;

    /**
     * Kafka's client found no metadata or no room: it never took the event. Sender's thread only.
     */
    private boolean refused;

    Delivery(Ledger ledger, Epoch epoch, Thread sender) {
      this.ledger = ledger;
      this.epoch = epoch;
      this.sender = sender;
    }

    void answered(@Nullable Object metadata, @Nullable Exception failure) {
      if (failure instanceof TimeoutException && Thread.currentThread() == sender) {
        refused = true;
      } else if (failure == null) {
        ledger.acknowledged();
      } else if (failure instanceof RecordTooLargeException) {
        ledger.dropped(DropReason.TOO_LARGE);
      } else {
        ledger.dropped(DropReason.NOT_DELIVERED);
      }
      epoch.answered();
    }
  }
}
