package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The partitions of the ledger that this process holds, for those who answer queries. */
public final class OpenLedgers {

  private final Map<Integer, LedgerPartition> partitions = new ConcurrentHashMap<>();

  void opened(int partition, LedgerPartition ledger) {
    partitions.put(partition, ledger);
  }

  /** The partition has gone elsewhere, unless another ledger stands for it already. */
  void closed(int partition, LedgerPartition ledger) {
    partitions.remove(partition, ledger);
  }

  /** A partition; null when it is not held here now. */
  public @Nullable LedgerPartition of(int partition) {
    return partitions.get(partition);
  }

  /** All partitions that are held here now. */
  public List<LedgerPartition> all() {
    return List.copyOf(partitions.values());
  }
}
