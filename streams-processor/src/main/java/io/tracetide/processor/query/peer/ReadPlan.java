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
 * From where each partition is read, exactly once: here when it is held here, else from its owner.
 * While a partition moves, both may hold it; each is read from one place all the same.
 *
 * @param here partitions held in this process
 * @param elsewhere the others, by the host to ask for them
 */
record ReadPlan(List<Held> here, Map<String, List<Integer>> elsewhere) {

  /**
   * The plan for now.
   *
   * @throws StoresUnavailableException when a partition has no place to be read from
   */
  static ReadPlan of(Holdings holdings, Owners owners) {
    Set<Integer> held = new HashSet<>();
    holdings.here().forEach(partition -> held.add(partition.partition()));
    return new ReadPlan(holdings.here(), elsewhere(held, owners));
  }

  /** Partitions beside those, by the host to ask for them. */
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

  /** The host to ask for a partition that is not held here. */
  static String owner(int partition, Owners owners) {
    String host = owners.hosts().get(partition);
    if (host == null) {
      throw new StoresUnavailableException(
          "Nobody holds partition %d at the moment.".formatted(partition));
    }
    if (host.equals(owners.self())) {
      throw new StoresUnavailableException(
          "Partition %d is on its way to this instance.".formatted(partition));
    }
    return host;
  }

  Holdings local() {
    return new Holdings(here, List.of());
  }
}
