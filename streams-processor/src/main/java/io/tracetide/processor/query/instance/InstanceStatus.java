package io.tracetide.processor.query.instance;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One instance of the processor.
 *
 * @param host host and port at which the others reach it
 * @param startedAt when its process began
 * @param windowPartitions partitions of windows and anomalies that it holds
 * @param tracePartitions partitions of the ledger of traces that it holds
 * @param lag records that it has not read yet, by input topic
 * @param settings keys of its configuration that differ from the defaults, without secrets
 */
public record InstanceStatus(
    String host,
    String version,
    Instant startedAt,
    List<Integer> windowPartitions,
    List<Integer> tracePartitions,
    Map<String, Long> lag,
    Map<String, String> settings) {
  public InstanceStatus {
    windowPartitions = windowPartitions.stream().sorted().toList();
    tracePartitions = tracePartitions.stream().sorted().toList();
    lag = Collections.unmodifiableMap(new TreeMap<>(lag));
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** The same without settings, for callers that may not see them. */
  InstanceStatus withoutSettings() {
    return new InstanceStatus(
        host, version, startedAt, windowPartitions, tracePartitions, lag, Map.of());
  }
}
