package io.tracetide.processor;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.query.QueryConfig;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.topology.AnomaliesConfig;
import io.tracetide.processor.topology.CardinalityConfig;
import io.tracetide.processor.topology.MetricsConfig;
import io.tracetide.processor.topology.WindowConfig;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.http.ListenerConfig;
import java.time.Duration;

/**
 * Configuration of the processor.
 *
 * @param listener where queries, the dashboard, health and meters are served
 * @param applicationId names the consumer group, the internal topics and the transactions;
 *     instances that share the work share it
 * @param instanceId names this instance among those that share the work; when set, a restart within
 *     the session timeout takes its partitions up again at once
 * @param stateDir directory of the state stores
 * @param threads processing threads
 * @param standbyReplicas copies of each store kept on other instances
 * @param guarantee whether a crash may count work twice
 * @param commitInterval how often counts are committed; also how old an answer may be
 * @param memory memory beside the heap
 * @param windows how work is counted
 * @param cardinality how many names there may be
 * @param metrics how running totals of metrics are followed
 * @param detection how deviations are found
 * @param rules thresholds that are watched
 * @param anomalies how long anomalies are kept
 * @param query limits of the query server
 */
public record ProcessorConfig(
    ListenerConfig listener,
    String applicationId,
    String instanceId,
    String stateDir,
    int threads,
    int standbyReplicas,
    Guarantee guarantee,
    Duration commitInterval,
    MemoryConfig memory,
    WindowConfig windows,
    CardinalityConfig cardinality,
    MetricsConfig metrics,
    DetectionConfig detection,
    RulesConfig rules,
    AnomaliesConfig anomalies,
    QueryConfig query) {

  /** What a crash may do to counts. */
  public enum Guarantee {
    /** Nothing. */
    EXACTLY_ONCE_V2,
    /** Count again what was counted since the last commit; local state survives a crash. */
    AT_LEAST_ONCE
  }

  public ProcessorConfig {
    Checks.check()
        .notBlank("applicationId", applicationId)
        .notBlank("stateDir", stateDir)
        .range("threads", threads, 1, 256)
        .range("standbyReplicas", standbyReplicas, 0, 8)
        .range("commitInterval", commitInterval, Duration.ofMillis(50), Duration.ofMinutes(1))
        .done();
  }

  public static ProcessorConfig defaults() {
    return new ProcessorConfig(
        ListenerConfig.onPort(8080),
        "tracetide-processor",
        "",
        "data/processor",
        2,
        0,
        Guarantee.EXACTLY_ONCE_V2,
        Duration.ofSeconds(1),
        MemoryConfig.defaults(),
        WindowConfig.defaults(),
        CardinalityConfig.defaults(),
        MetricsConfig.defaults(),
        DetectionConfig.defaults(),
        RulesConfig.defaults(),
        AnomaliesConfig.defaults(),
        QueryConfig.defaults());
  }
}
