package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Answer of {@code /monitoring/instances}. */
public record InstanceList(boolean partial, List<String> missing, List<Instance> instances)
    implements QueryAnswer {
  public InstanceList {
    missing = Values.list(missing);
    instances = Values.list(instances);
  }

  /**
   * One instance of the processor.
   *
   * @param host host and port at which the others reach it
   * @param windowPartitions partitions of windows and anomalies that it holds
   * @param tracePartitions partitions of the ledger of traces that it holds
   * @param lag records that it has not read yet, by topic
   * @param settings keys that differ from the defaults, without secrets; empty unless the token has
   *     access to all tenants
   */
  public record Instance(
      String host,
      String version,
      Instant startedAt,
      List<Integer> windowPartitions,
      List<Integer> tracePartitions,
      Map<String, Long> lag,
      Map<String, String> settings) {
    public Instance {
      windowPartitions = Values.list(windowPartitions);
      tracePartitions = Values.list(tracePartitions);
      lag = Values.map(lag);
      settings = Values.map(settings);
    }
  }
}
