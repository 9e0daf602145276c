package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The ledger partitions that this process owns, for queries. */
public final class OpenLedgers {

  private final Map<Integer, LedgerPartition> partitions = new ConcurrentHashMap<>();

  void opened(int partition, LedgerPartition ledger) {
    partitions.put(partition, ledger);
  }

  /** Removes a partition, unless it has been opened again with another ledger. */
  void closed(int partition, LedgerPartition ledger) {
    partitions.remove(partition, ledger);
  }

  /** A partition; null when this process does not own it now. */
  public @Nullable LedgerPartition of(int partition) {
    return partitions.get(partition);
  }

  /** All partitions that this process owns now. */
  public List<LedgerPartition> all() {
    return List.copyOf(partitions.values());
  }
}
