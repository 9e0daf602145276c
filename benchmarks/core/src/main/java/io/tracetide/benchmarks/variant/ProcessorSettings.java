package io.tracetide.benchmarks.variant;

import io.tracetide.benchmarks.workload.SeriesNames;
import io.tracetide.processor.ProcessorConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Settings of Tracetide's configuration beyond its defaults.
 *
 * @param files of the user, applied first
 * @param set single keys by their path, such as {@code processor.detection.maxSeries}, applied last
 * @param guarantee of its commits
 */
public record ProcessorSettings(
    List<Path> files, Map<String, String> set, ProcessorConfig.Guarantee guarantee) {

  private static final String CORE =
      "processor: { detection: { maxSeries: 0 }, rules: { rules: [] } }\n";

  /** Enough for every workload, the probes and the tick service. */
  private static final int SERVICES = SeriesNames.MAX_SERVICES + 1_000;

  public ProcessorSettings {
    files = List.copyOf(files);
    set = Map.copyOf(set);
  }

  /** The same with another guarantee. */
  public ProcessorSettings with(ProcessorConfig.Guarantee other) {
    return new ProcessorSettings(files, set, other);
  }

  /** The same with another value of a single key. */
  public ProcessorSettings with(String path, String value) {
    Map<String, String> changed = new HashMap<>(set);
    changed.put(path, value);
    return new ProcessorSettings(files, changed, guarantee);
  }

  /** The settings of this run as YAML, before those of the user. */
  String yaml(RunSettings run, int port, String instance) {
    return """
    kafka: { bootstrapServers: "%s" }
    registry: { url: "%s" }
    processor:
      listener: { port: %d }
      applicationId: "%s"
      instanceId: "%s"
      stateDir: "%s"
      threads: %d
      commitInterval: %dms
      guarantee: %s
      # The workload has more services than a tenant is trusted with by default.
      cardinality: { servicesPerTenant: %d }
    """
        .formatted(
            run.bootstrapServers(),
            run.registryUrl(),
            port,
            run.id(),
            instance,
            run.directory(),
            run.threads(),
            run.commitInterval().toMillis(),
            guarantee.name().toLowerCase(Locale.ROOT),
            SERVICES);
  }

  /** Settings that turn off everything except counting. */
  static String core() {
    return CORE;
  }

  /** The single keys as YAML. */
  static String yaml(String path, String value) {
    String[] keys = path.split("\\.", -1);
    StringBuilder yaml = new StringBuilder();
    for (String key : keys) {
      yaml.append(yaml.isEmpty() ? "" : "{ ").append(key).append(": ");
    }
    yaml.append(value);
    return yaml.append(" }".repeat(keys.length - 1)).append('\n').toString();
  }
}
