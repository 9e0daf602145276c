package io.tracetide.processor.query.peer;

import java.util.Map;

/** Which instance holds which partition, by the last assignment. */
public interface PartitionOwners {

  /**
   * The owners by the current assignment.
   *
   * @throws io.tracetide.processor.query.store.StoresUnavailableException before there is one
   */
  Owners owners();

  /**
   * The owners of all partitions.
   *
   * @param self this instance, as {@code host:port}
   * @param partitions how many there are; each has a number below it
   * @param hosts {@code host:port} by partition; a partition without an owner is absent
   */
  record Owners(String self, int partitions, Map<Integer, String> hosts) {
    public Owners {
      hosts = Map.copyOf(hosts);
    }
  }
}
