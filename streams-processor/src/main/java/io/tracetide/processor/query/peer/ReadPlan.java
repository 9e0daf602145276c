package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.peer.PartitionOwners.Owners;
import io.tracetide.processor.query.store.StorePartitions.Held;
import io.tracetide.processor.query.store.StorePartitions.Holdings;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The instance from which each partition is read once: this one when it holds the partition, else
 * its owner. During a reassignment two instances may hold a partition, and one of them is read.
 *
 * @param here partitions held in this process
 * @param elsewhere the others, by host
 */
record ReadPlan(List<Held> here, Map<String, List<Integer>> elsewhere) {

  /**
   * The plan by the current assignment.
   *
   * @throws StoresUnavailableException when a partition cannot be read from any instance
   */
  static ReadPlan of(Holdings holdings, Owners owners) {
    Set<Integer> held = new HashSet<>();
    holdings.here().forEach(partition -> held.add(partition.partition()));
    return new ReadPlan(holdings.here(), elsewhere(held, owners));
  }

  /** The other partitions, by host. */
  static Map<String, List<Integer>> elsewhere(Set<Integer> held, Owners owners) {
    Map<String, List<Integer>> elsewhere = new TreeMap<>();
    for (int partition = 0; partition < owners.partitions(); partition++) {
      if (!held.contains(partition)) {
        elsewhere
            .computeIfAbsent(owner(partition, owners), name -> new ArrayList<>())
            .add(partition);
      }
    }
    return elsewhere;
  }

  /** The host of a partition that is not held here. */
  static String owner(int partition, Owners owners) {
    String host = owners.hosts().get(partition);
    if (host == null) {
      throw new StoresUnavailableException(
          "No instance holds partition %d at the moment.".formatted(partition));
    }
    if (host.equals(owners.self())) {
      throw new StoresUnavailableException(
          "Partition %d is being assigned to this instance.".formatted(partition));
    }
    return host;
  }

  Holdings local() {
    return new Holdings(here, List.of());
  }
}
