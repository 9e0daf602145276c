package io.tracetide.client;

import io.tracetide.client.text.Texts;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import io.tracetide.schemas.registry.UnknownSchemaException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread between a queue and its topic. Everything that may wait happens here: to reach the
 * registry, to reach Kafka, to find room in the producer's buffer. While it waits the queue keeps
 * the newest events.
 *
 * @param <E> what it sends
 */
final class Sender<E extends SpecificRecord> implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Sender.class);

  /** Events in hand while Kafka is away are beyond the queue's bound, so they are few. */
  private static final int BATCH = 64;

  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);
  private static final int LONGEST_CAUSE = 256;

  private final Destination<E> destination;
  private final EventQueue<E> queue;
  private final Serializer<SpecificRecord> serializer;
  private final Connection connection;
  private final EventCounts ledger;

  private final Queue<Barrier> barriers = new ConcurrentLinkedQueue<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);

  // Used by the sender's thread only.
  private final ArrayDeque<E> hand = new ArrayDeque<>(BATCH);
  private Epoch epoch = new Epoch();
  private CompletableFuture<Void> earlier = CompletableFuture.completedFuture(null);
  private long reportedDrops;
  private long reportedAt = System.nanoTime() - BETWEEN_REPORTS.toNanos();
  private long reportedWaitingAt = reportedAt;

  private volatile Duration timeToClose = Duration.ZERO;

  Sender(
      Destination<E> destination,
      EventQueue<E> queue,
      Serializer<SpecificRecord> serializer,
      Connection connection,
      EventCounts ledger) {
    this.destination = destination;
    this.queue = queue;
    this.serializer = serializer;
    this.connection = connection;
    this.ledger = ledger;
  }

  /** A thread for it, which does not keep the application alive. */
  Thread thread() {
    Thread thread = new Thread(this, "tracetide-sender-" + destination.topic());
    thread.setDaemon(true);
    return thread;
  }

  /** Completes when everything queued until now has been acknowledged or given up. */
  CompletableFuture<Void> flush() {
    Barrier barrier = new Barrier(queue.added(), new CompletableFuture<>());
    barriers.add(barrier);
    if (finished.getCount() == 0) {
      barrier.passed().complete(null);
    }
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
        queue.take(hand, BATCH, IDLE.toNanos());
        deliverHand();
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

  private void deliverHand() throws InterruptedException {
    for (E event = hand.peek(); event != null && deliver(event); event = hand.peek()) {
      hand.remove();
    }
  }

  /**
   * Tries until Kafka's client has taken the event, or it proves unfit; false when the emitter is
   * closed before.
   */
  private boolean deliver(E event) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (!attempt(event)) {
      if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      reportDrops();
      pause =
          pause.compareTo(LONGEST_PAUSE.dividedBy(2)) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }
    return true;
  }

  /** Whether the event is off our hands, for good or ill. */
  private boolean attempt(E event) {
    try {
      return send(record(event));
    } catch (InterruptException e) {
      throw e;
    } catch (UnknownSchemaException e) {
      // Somebody else is to register it, and will.
      return waitFor(e);
    } catch (SerializationException e) {
      return Outage.isBehind(e) ? waitFor(e) : drop(DropReason.INVALID, e);
    } catch (KafkaException | IncompatibleSchemaException e) {
      // The registry or the brokers cannot be reached, or the client cannot be built with what is
      // known now.
      return waitFor(e);
    } catch (RuntimeException | Error e) {
      // Whatever else is wrong with one event, or with a foreign serializer, the thread goes on
      // with the next: an emitter whose thread is dead would be silent for ever.
      return drop(DropReason.NOT_DELIVERED, e);
    }
  }

  private boolean waitFor(RuntimeException cause) {
    long now = System.nanoTime();
    if (now - reportedWaitingAt > BETWEEN_REPORTS.toNanos()) {
      log.warn(
          "{} wait until they can be sent topic={} cause={}",
          destination.contents(),
          destination.topic(),
          Texts.cut(String.valueOf(cause.getMessage()), LONGEST_CAUSE));
      reportedWaitingAt = now;
    }
    return false;
  }

  private boolean drop(DropReason reason, Throwable cause) {
    log.debug("event dropped topic={} reason={}", destination.topic(), reason, cause);
    ledger.dropped(reason);
    return true;
  }

  private ProducerRecord<byte[], byte[]> record(E event) {
    try {
      byte[] value = serializer.serialize(destination.topic(), event);
      if (value == null) {
        throw new SerializationException("the serializer made nothing of the event");
      }
      byte[] key = destination.key().apply(event).getBytes(StandardCharsets.UTF_8);
      long timestamp = destination.timestamp().apply(event).toEpochMilli();
      return new ProducerRecord<>(destination.topic(), null, timestamp, key, value);
    } catch (ArithmeticException
        | ClassCastException
        | IllegalArgumentException
        | NullPointerException e) {
      throw new SerializationException("no record can hold the event", e);
    }
  }

  private boolean send(ProducerRecord<byte[], byte[]> record) {
    Producer<byte[], byte[]> producer = connection.get();
    Delivery delivery = new Delivery(ledger, epoch, Thread.currentThread());
    epoch.sent();
    try {
      // The callback gets the answer; the future would be a second one.
      Future<RecordMetadata> unused = producer.send(record, delivery::answered);
    } catch (RuntimeException | Error e) {
      epoch.answered();
      if (isFatal(e)) {
        throw fatal(producer, e);
      }
      throw e;
    }
    delivery.taken = true;
    RuntimeException refusal = delivery.refusal;
    return refusal == null || waitFor(refusal);
  }

  /**
   * Whether the client is of no use any more: what is wrong with a record or with the brokers it
   * tells in other ways.
   */
  private static boolean isFatal(Throwable thrown) {
    return thrown instanceof IllegalStateException
        || (thrown instanceof KafkaException
            && !(thrown instanceof InterruptException)
            && !(thrown instanceof SerializationException));
  }

  private KafkaException fatal(Producer<byte[], byte[]> producer, Throwable cause) {
    connection.discard(producer);
    return new KafkaException("kafka client broke down: " + cause.getMessage(), cause);
  }

  private void end() {
    try {
      ledger.dropped(DropReason.CLOSED, hand.size() + queue.close());
      connection.release(timeToClose);
      serializer.close();
    } finally {
      finished.countDown();
      barriers.forEach(barrier -> barrier.passed().complete(null));
    }
  }

  private void reportDrops() {
    long drops = ledger.dropped();
    long now = System.nanoTime();
    if (drops > reportedDrops && now - reportedAt > BETWEEN_REPORTS.toNanos()) {
      log.warn(
          "{} dropped count={} total={} byReason={}",
          destination.contents(),
          drops - reportedDrops,
          drops,
          ledger.stats().droppedByReason());
      reportedDrops = drops;
      reportedAt = now;
    }
  }

  /** A flush waits until the queue has been emptied up to its position. */
  private record Barrier(long position, CompletableFuture<Void> passed) {}

  /** One event on its way. */
  private static final class Delivery {

    private final EventCounts ledger;
    private final Epoch epoch;
    private final Thread sender;

    // Sender's thread only.
    /** Kafka's client has returned: what it says from now on is the answer of the brokers. */
    private boolean taken;

    /** Kafka's client found no metadata, no room or no admission: it never took the event. */
    private @Nullable RuntimeException refusal;

    Delivery(EventCounts ledger, Epoch epoch, Thread sender) {
      this.ledger = ledger;
      this.epoch = epoch;
      this.sender = sender;
    }

    void answered(@Nullable Object metadata, @Nullable Exception failure) {
      if (failure == null) {
        ledger.acknowledged();
      } else if (failure instanceof RecordTooLargeException) {
        ledger.dropped(DropReason.TOO_LARGE);
      } else if (Thread.currentThread() == sender && !taken) {
        refusal = new KafkaException(failure.getMessage(), failure);
      } else if (failure instanceof InvalidTimestampException) {
        ledger.dropped(DropReason.INVALID);
      } else {
        ledger.dropped(DropReason.NOT_DELIVERED);
      }
      epoch.answered();
    }
  }
}
