package io.tracetide.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The events sent between two flushes. It is complete when it is sealed and Kafka has acknowledged
 * or rejected each of them. Only the sender adds to it and seals it.
 */
final class Epoch {

  /** Events in flight, plus one until it is sealed. */
  private final AtomicInteger open = new AtomicInteger(1);

  private final CompletableFuture<Void> over = new CompletableFuture<>();

  void sent() {
    open.incrementAndGet();
  }

  void answered() {
    if (open.decrementAndGet() == 0) {
      over.complete(null);
    }
  }

  CompletableFuture<Void> seal() {
    answered();
    return over;
  }
}
