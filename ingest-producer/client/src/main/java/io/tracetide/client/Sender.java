package io.tracetide.client;

import io.tracetide.client.send.Batches;
import io.tracetide.client.send.Outage;
import io.tracetide.client.send.Outgoing;
import io.tracetide.client.send.SentEvent;
import io.tracetide.client.text.Texts;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import io.tracetide.schemas.registry.UnknownSchemaException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the events of a queue to its topic on one thread. Everything that may block happens here:
 * requests to the registry and to Kafka, and waiting for room in the producer's buffer. Meanwhile
 * the queue keeps the newest events.
 *
 * @param <E> type of the events
 */
final class Sender<E extends SpecificRecord> implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Sender.class);

  /** Small, because events in the batch are not within the limits of the queue. */
  private static final int BATCH = 64;

  /** Events of several partitions that are packed together, of a queue that is larger than that. */
  private static final int PACKED_BATCH = 512;

  /** Time to wait for more events to pack together. */
  private static final Duration LINGER = Duration.ofMillis(30);

  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);
  private static final int MAX_CAUSE_LENGTH = 256;

  private final Destination<E> destination;
  private final EventQueue<E> queue;
  private final Serializer<SpecificRecord> serializer;
  private final Connection connection;
  private final EventCounts counts;
  private final @Nullable Batches packing;
  private final int most;

  private final Queue<Barrier> barriers = new ConcurrentLinkedQueue<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);

  // Used by the sender's thread only.
  private final ArrayDeque<E> batch = new ArrayDeque<>();
  private final List<SentEvent> encoded = new ArrayList<>();
  private final ArrayDeque<Outgoing> outgoing = new ArrayDeque<>();
  private Epoch epoch = new Epoch();
  private CompletableFuture<Void> earlier = CompletableFuture.completedFuture(null);
  private long reportedDrops;
  private long reportedAt = System.nanoTime() - BETWEEN_REPORTS.toNanos();
  private long reportedWaitingAt = reportedAt;

  /** Events that Kafka refused together with others, to be sent as single records. */
  private final Queue<SendCallback.Refused> refused = new ConcurrentLinkedQueue<>();

  private volatile Duration timeToClose = Duration.ZERO;

  /**
   * Sends to one topic.
   *
   * @param packing packs events into batches; null to send single records
   */
  Sender(
      Destination<E> destination,
      EventQueue<E> queue,
      Serializer<SpecificRecord> serializer,
      Connection connection,
      EventCounts counts,
      @Nullable Batches packing) {
    this.packing = packing;
    this.most = packing == null ? BATCH : Math.max(BATCH, Math.min(PACKED_BATCH, queue.capacity()));
    this.destination = destination;
    this.queue = queue;
    this.serializer = serializer;
    this.connection = connection;
    this.counts = counts;
  }

  /** A daemon thread for this sender. */
  Thread thread() {
    Thread thread = new Thread(this, "tracetide-sender-" + destination.topic());
    thread.setDaemon(true);
    return thread;
  }

  /** Completes when everything queued until now has been acknowledged or dropped. */
  CompletableFuture<Void> flush() {
    Barrier barrier = new Barrier(queue.added(), new CompletableFuture<>());
    barriers.add(barrier);
    if (finished.getCount() == 0) {
      barrier.passed().complete(null);
    }
    queue.wake();
    return barrier.passed();
  }

  /** Ends the thread: queued events are dropped, events in flight get this timeout. */
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
        sendRefusedSingly();
        passBarriers();
        reportDrops();
        queue.take(batch, most, IDLE.toNanos());
        if (packing != null && !batch.isEmpty() && batch.size() < most) {
          queue.linger(LINGER.toNanos());
          queue.take(batch, most - batch.size(), 0);
        }
        deliverBatch();
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
   * Called with an empty batch, so that every event removed from the queue is in this epoch or an
   * earlier one.
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

  private void deliverBatch() throws InterruptedException {
    for (E event = batch.peek(); event != null && encode(event); event = batch.peek()) {
      batch.remove();
    }
    if (encoded.isEmpty() || !pack()) {
      return;
    }
    Epoch current = epoch;
    for (Outgoing next = outgoing.peek();
        next != null && deliver(next, current);
        next = outgoing.peek()) {
      outgoing.remove();
    }
  }

  /** False when the emitter is closed before. */
  private boolean encode(E event) throws InterruptedException {
    return untilDone(() -> encoded.add(record(event)), 1);
  }

  private boolean pack() throws InterruptedException {
    boolean done =
        untilDone(
            () -> {
              Batches into = packing;
              if (into == null) {
                encoded.forEach(event -> outgoing.add(Outgoing.single(destination.topic(), event)));
              } else {
                outgoing.addAll(into.pack(destination.topic(), encoded, connection.get()));
              }
              return true;
            },
            encoded.size());
    if (done) {
      encoded.clear();
    }
    return done;
  }

  /**
   * Retries until the producer has accepted the record or its events are dropped; false when the
   * emitter is closed before.
   */
  private boolean deliver(Outgoing next, Epoch of) throws InterruptedException {
    return deliver(next, of, 0);
  }

  private boolean deliver(Outgoing next, Epoch of, int retries) throws InterruptedException {
    return untilDone(() -> send(next, of, retries), next.events().size());
  }

  private void sendAgain(SendCallback.Refused events) {
    refused.add(events);
    queue.wake();
  }

  /** Of records that are refused together, only some may be invalid. */
  private void sendRefusedSingly() throws InterruptedException {
    for (SendCallback.Refused next = refused.peek(); next != null; next = refused.peek()) {
      for (SentEvent event : next.events()) {
        if (!deliver(Outgoing.single(destination.topic(), event), next.epoch(), next.retries())) {
          return;
        }
      }
      refused.remove();
      next.epoch().answered();
    }
  }

  /**
   * Attempts until something is done or fails for good; false when the emitter is closed before.
   *
   * @param events that are dropped when it fails for good
   */
  private boolean untilDone(BooleanSupplier what, int events) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (!attempt(what, events)) {
      if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      reportDrops();
      pause = pause.compareTo(MAX_PAUSE.dividedBy(2)) > 0 ? MAX_PAUSE : pause.multipliedBy(2);
    }
    return true;
  }

  /** Whether it was done, or failed for good and the events were dropped. */
  private boolean attempt(BooleanSupplier what, int events) {
    try {
      return what.getAsBoolean();
    } catch (InterruptException e) {
      throw e;
    } catch (UnknownSchemaException e) {
      // Registered outside of this process.
      return waitFor(e);
    } catch (SerializationException e) {
      return Outage.isBehind(e) ? waitFor(e) : drop(DropReason.INVALID, events, e);
    } catch (KafkaException | IncompatibleSchemaException e) {
      // The registry or the brokers are unreachable, or the producer cannot be created yet.
      return waitFor(e);
    } catch (RuntimeException | Error e) {
      // An unexpected failure, such as one of a custom serializer, must not end the thread.
      return drop(DropReason.NOT_DELIVERED, events, e);
    }
  }

  private boolean waitFor(RuntimeException cause) {
    long now = System.nanoTime();
    if (now - reportedWaitingAt > BETWEEN_REPORTS.toNanos()) {
      log.warn(
          "{} wait until they can be sent topic={} cause={}",
          destination.contents(),
          destination.topic(),
          Texts.cut(String.valueOf(cause.getMessage()), MAX_CAUSE_LENGTH));
      reportedWaitingAt = now;
    }
    return false;
  }

  private boolean drop(DropReason reason, int events, Throwable cause) {
    log.debug("event dropped topic={} reason={}", destination.topic(), reason, cause);
    counts.dropped(reason, events);
    return true;
  }

  private SentEvent record(E event) {
    try {
      byte[] value = serializer.serialize(destination.topic(), event);
      if (value == null) {
        throw new SerializationException("the serializer returned null");
      }
      byte[] key = destination.key().apply(event).getBytes(StandardCharsets.UTF_8);
      long timestamp = destination.timestamp().apply(event).toEpochMilli();
      if (timestamp < 0) {
        throw new IllegalArgumentException("the time is before 1970");
      }
      return new SentEvent(key, value, timestamp);
    } catch (ArithmeticException
        | ClassCastException
        | IllegalArgumentException
        | NullPointerException e) {
      throw new SerializationException("the event cannot be serialized", e);
    }
  }

  private boolean send(Outgoing next, Epoch of, int retries) {
    Producer<byte[], byte[]> producer = connection.get();
    SendCallback callback = new SendCallback(counts, of, next, retries, this::sendAgain);
    of.sent();
    try {
      // The callback gets the same result as the future.
      Future<RecordMetadata> unused = producer.send(next.record(), callback::answered);
    } catch (RuntimeException | Error e) {
      of.answered();
      if (isFatal(e)) {
        throw fatal(producer, e);
      }
      throw e;
    }
    RuntimeException refusal = callback.taken();
    return refusal == null || waitFor(refusal);
  }

  /**
   * Whether the producer is unusable from now on. Failures of a record or of the brokers are
   * reported by the callback or as the excluded exceptions.
   */
  private static boolean isFatal(Throwable thrown) {
    return thrown instanceof IllegalStateException
        || (thrown instanceof KafkaException
            && !(thrown instanceof InterruptException)
            && !(thrown instanceof SerializationException));
  }

  private KafkaException fatal(Producer<byte[], byte[]> producer, Throwable cause) {
    connection.discard(producer);
    return new KafkaException("kafka producer failed: " + cause.getMessage(), cause);
  }

  private void end() {
    try {
      counts.dropped(DropReason.CLOSED, unsent() + queue.close());
      connection.release(timeToClose);
      refused.forEach(batch -> counts.dropped(DropReason.CLOSED, batch.events().size()));
      serializer.close();
    } finally {
      finished.countDown();
      barriers.forEach(barrier -> barrier.passed().complete(null));
    }
  }

  /** Number of events that have left the queue and were not sent. */
  private int unsent() {
    int events = batch.size() + encoded.size();
    for (Outgoing next : outgoing) {
      events += next.events().size();
    }
    return events;
  }

  private void reportDrops() {
    long drops = counts.dropped();
    long now = System.nanoTime();
    if (drops > reportedDrops && now - reportedAt > BETWEEN_REPORTS.toNanos()) {
      log.warn(
          "{} dropped count={} total={} byReason={}",
          destination.contents(),
          drops - reportedDrops,
          drops,
          counts.stats().droppedByReason());
      reportedDrops = drops;
      reportedAt = now;
    }
  }

  /** A flush, which waits until the queue has been emptied up to a position. */
  private record Barrier(long position, CompletableFuture<Void> passed) {}
}
