package io.tracetide.processor;

import io.tracetide.processor.exposition.LocalGauges;
import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.processor.query.peer.PartitionOwners;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.runtime.config.ConfigChanges;
import io.tracetide.runtime.life.BuildVersion;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The status of this instance, as queries answer it. */
final class LocalStatus implements Supplier<InstanceStatus> {

  private final String host;
  private final Map<String, String> settings;
  private final PartitionOwners windows;
  private final PartitionOwners traces;
  private final LocalGauges gauges;

  /**
   * Reads the current assignment and lag with each call.
   *
   * @param host host and port at which others reach this instance
   */
  LocalStatus(
      String host,
      ProcessorConfig config,
      PartitionOwners windows,
      PartitionOwners traces,
      LocalGauges gauges) {
    this.host = host;
    this.settings = ConfigChanges.of(config, ProcessorConfig.defaults());
    this.windows = windows;
    this.traces = traces;
    this.gauges = gauges;
  }

  @Override
  public InstanceStatus get() {
    Map<String, Long> lag = new TreeMap<>();
    gauges.lag((topic, partition, records) -> lag.merge(topic, (long) records, Long::sum));
    return new InstanceStatus(
        host,
        BuildVersion.text(),
        Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()),
        held(windows),
        held(traces),
        lag,
        settings);
  }

  private static List<Integer> held(PartitionOwners owners) {
    try {
      PartitionOwners.Owners known = owners.owners();
      return known.hosts().entrySet().stream()
          .filter(each -> each.getValue().equals(known.self()))
          .map(Map.Entry::getKey)
          .toList();
    } catch (StoresUnavailableException e) {
      return List.of(); // Nothing is assigned yet.
    }
  }
}
