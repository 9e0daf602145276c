package io.tracetide.processor.total;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The committed totals of the partitions that this process aggregates now. Thread-safe. */
public final class LocalTotals {
  private final Map<Integer, PartitionTotals> partitions = new ConcurrentSkipListMap<>();

  void opened(PartitionTotals totals) {
    partitions.put(totals.partition(), totals);
  }

  /** Removes a partition, unless it has been opened again. */
  void closed(PartitionTotals totals) {
    partitions.remove(totals.partition(), totals);
  }

  /** The partitions, by number. */
  public Collection<PartitionTotals> partitions() {
    return List.copyOf(partitions.values());
  }
}
