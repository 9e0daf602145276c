package io.tracetide.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one kind of events from the application to their topic: a queue, its sender, and the
 * ledger of both. Every method but {@link #awaitEnd} returns at once.
 *
 * @param <E> what goes this way
 */
final class Outlet<E extends SpecificRecord> {

  private static final Logger log = LoggerFactory.getLogger(Outlet.class);

  private final EventCounts ledger = new EventCounts();
  private final EventQueue<E> queue;
  private final Sender<E> sender;
  private final Thread thread;

  private volatile boolean refusing;

  Outlet(
      Destination<E> destination, EmitterSettings settings, Wiring wiring, Connection connection) {
    this.queue =
        new EventQueue<>(settings.queueEvents(), settings.queueBytes(), destination.size(), ledger);
    this.sender = new Sender<>(destination, queue, wiring.serializer().get(), connection, ledger);
    this.thread = sender.thread();
  }

  void start() {
    thread.start();
  }

  /** The boundary to the application: whatever is wrong with the event is not its problem. */
  void emit(E event) {
    ledger.emitted();
    if (refusing) {
      ledger.dropped(DropReason.CLOSED);
      return;
    }
    try {
      queue.add(event);
    } catch (RuntimeException e) {
      log.debug("event dropped reason=invalid", e);
      ledger.dropped(DropReason.INVALID);
    }
  }

  void dropInvalid() {
    ledger.emitted();
    ledger.dropped(DropReason.INVALID);
  }

  void unsampled() {
    ledger.unsampled();
  }

  EmitterStats stats() {
    return ledger.stats();
  }

  /** Takes nothing more. */
  void refuse() {
    refusing = true;
  }

  CompletableFuture<Void> flush() {
    return sender.flush();
  }

  void stop(Duration timeout) {
    sender.stop(timeout);
  }

  /** Interrupts the sender when it does not end in time; whoever is interrupted stops waiting. */
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
