package io.tracetide.processor.query.peer;

import java.util.Map;

/** Which instance holds which partition, as far as this one has been told. */
public interface PartitionOwners {

  /**
   * What is known now.
   *
   * @throws io.tracetide.processor.query.store.StoresUnavailableException while nothing is
   */
  Owners owners();

  /**
   * The owners of all partitions.
   *
   * @param self this instance, as {@code host:port}
   * @param partitions how many there are; each has a number below it
   * @param hosts {@code host:port} by partition; a partition that nobody holds is absent
   */
  record Owners(String self, int partitions, Map<Integer, String> hosts) {
    public Owners {
      hosts = Map.copyOf(hosts);
    }
  }
}
