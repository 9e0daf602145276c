package io.tracetide.processor.query.store;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Partitions of an application that is not built yet: it needs the port of the listener, and the
 * listener needs these. Until they are there, queries hear that the processor is starting.
 */
public final class PartitionsToCome implements StorePartitions {
  private final AtomicReference<@Nullable StorePartitions> partitions = new AtomicReference<>();

  /** Answers from these partitions from now on. */
  public void become(StorePartitions known) {
    partitions.set(known);
  }

  @Override
  public Holdings holdings() {
    StorePartitions known = partitions.get();
    if (known == null) {
      throw new StoresUnavailableException("The processor is starting.");
    }
    return known.holdings();
  }
}
