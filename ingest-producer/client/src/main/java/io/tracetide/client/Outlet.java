package io.tracetide.client;

import io.tracetide.client.send.Batches;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one type of events to its topic: a queue, a sender, and the counts of both. Every method
 * but {@link #awaitEnd} returns at once.
 *
 * @param <E> type of the events
 */
final class Outlet<E extends SpecificRecord> {

  private static final Logger log = LoggerFactory.getLogger(Outlet.class);

  private final EventCounts counts = new EventCounts();
  private final EventQueue<E> queue;
  private final Sender<E> sender;
  private final Thread thread;

  private volatile boolean refusing;

  Outlet(
      Destination<E> destination, EmitterSettings settings, Wiring wiring, Connection connection) {
    this.queue =
        new EventQueue<>(settings.queueEvents(), settings.queueBytes(), destination.size(), counts);
    Serializer<SpecificRecord> serializer = wiring.serializer().get();
    boolean packed = settings.batches() && destination.topic().equals(Topics.TRACES);
    this.sender =
        new Sender<>(
            destination,
            queue,
            serializer,
            connection,
            counts,
            packed ? new Batches(serializer) : null);
    this.thread = sender.thread();
  }

  void start() {
    thread.start();
  }

  /** The boundary to the application: an invalid event is counted, not thrown. */
  void emit(E event) {
    counts.emitted();
    if (refusing) {
      counts.dropped(DropReason.CLOSED);
      return;
    }
    try {
      queue.add(event);
    } catch (RuntimeException e) {
      log.debug("event dropped reason=invalid", e);
      counts.dropped(DropReason.INVALID);
    }
  }

  /** Counts an event that could not be built. */
  void dropInvalid() {
    counts.emitted();
    counts.dropped(DropReason.INVALID);
  }

  /** Counts a span that was not sampled. */
  void unsampled() {
    counts.unsampled();
  }

  EmitterStats stats() {
    return counts.stats();
  }

  /** Drops events from now on. */
  void refuse() {
    refusing = true;
  }

  CompletableFuture<Void> flush() {
    return sender.flush();
  }

  void stop(Duration timeout) {
    sender.stop(timeout);
  }

  /** Waits for the sender to end; interrupts it after the timeout or when interrupted. */
  boolean awaitEnd(Duration patience) {
    try {
      if (sender.awaitEnd(patience)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
    return false;
  }
}
