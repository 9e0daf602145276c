package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.change.LocalChanges;
import io.tracetide.processor.change.TaskChanges;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The ledger partitions that this process owns, for queries. */
public final class OpenLedgers {

  private final Map<Integer, LedgerPartition> partitions = new ConcurrentHashMap<>();

  private final LocalChanges changes;

  /** Without listeners to changes. */
  public OpenLedgers() {
    this(new LocalChanges());
  }

  /** Reports the changes of the traces. */
  public OpenLedgers(LocalChanges changes) {
    this.changes = changes;
  }

  void opened(int partition, LedgerPartition ledger) {
    partitions.put(partition, ledger);
    changes.reassigned();
  }

  /** Removes a partition, unless it has been opened again with another ledger. */
  void closed(int partition, LedgerPartition ledger) {
    if (partitions.remove(partition, ledger)) {
      changes.reassigned();
    }
  }

  /** Changes of the task of a partition. */
  TaskChanges changes(int partition) {
    return changes.ofLedger(partition);
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
