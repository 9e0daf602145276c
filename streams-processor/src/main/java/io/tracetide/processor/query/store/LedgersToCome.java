package io.tracetide.processor.query.store;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of an application that is not built yet; until then queries hear that it is starting.
 */
public final class LedgersToCome implements LedgerPartitions {
  private final AtomicReference<@Nullable LedgerPartitions> partitions = new AtomicReference<>();

  /** Answers from these partitions from now on. */
  public void become(LedgerPartitions known) {
    partitions.set(known);
  }

  @Override
  public SortedMap<Integer, LedgerPartition> held() {
    LedgerPartitions known = partitions.get();
    if (known == null) {
      throw new StoresUnavailableException("The processor is starting.");
    }
    return known.held();
  }
}
