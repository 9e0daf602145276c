package io.tracetide.processor;

import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.compliance.Compliance;
import io.tracetide.processor.compliance.ComplianceConfig;
import io.tracetide.processor.contract.CompositeTraceJudge;
import io.tracetide.processor.contract.ContractConfig;
import io.tracetide.processor.contract.Contracts;
import io.tracetide.processor.contract.CriticalEvents;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.metric.MetricsConfig;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.privacy.PrivacyConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Configuration of the processor.
 *
 * @param listener where queries, the dashboard, health and meters are served
 * @param applicationId names the consumer group, the internal topics and the transactions;
 *     instances that share the work share it
 * @param instanceId names this instance among those that share the work; when set, a restart within
 *     the session timeout takes its partitions up again at once
 * @param advertisedAddress {@code host:port} at which the other instances reach this one's
 *     listener; empty for the listener's own
 * @param stateDir directory of the state stores
 * @param threads processing threads
 * @param standbyReplicas copies of each store kept on other instances
 * @param guarantee whether a crash may count work twice
 * @param commitInterval how often counts are committed; also how old an answer may be
 * @param memory memory beside the heap
 * @param windows how work is counted
 * @param cardinality how many names there may be
 * @param ledger how traces in flight are followed
 * @param metrics how running totals of metrics are followed
 * @param detection how deviations are found
 * @param rules thresholds that are watched
 * @param contracts what the traces of workflows must keep to
 * @param compliance frameworks whose controls are in force
 * @param anomalies how long anomalies are kept
 * @param query limits of the query server
 * @param privacy what is masked in texts before they are stored, for records that services write to
 *     Kafka themselves
 */
public record ProcessorConfig(
    ListenerConfig listener,
    String applicationId,
    String instanceId,
    String advertisedAddress,
    String stateDir,
    int threads,
    int standbyReplicas,
    Guarantee guarantee,
    Duration commitInterval,
    MemoryConfig memory,
    WindowConfig windows,
    CardinalityConfig cardinality,
    LedgerConfig ledger,
    MetricsConfig metrics,
    DetectionConfig detection,
    RulesConfig rules,
    List<ContractConfig> contracts,
    ComplianceConfig compliance,
    AnomaliesConfig anomalies,
    QueryConfig query,
    PrivacyConfig privacy) {

  private static final int HIGHEST_PORT = 65_535;

  /** An IPv6 address is written in brackets. */
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([1-9]\\d{0,4})");

  /** What a crash may do to counts. */
  public enum Guarantee {
    /** Nothing. */
    EXACTLY_ONCE_V2,
    /** Count again what was counted since the last commit; local state survives a crash. */
    AT_LEAST_ONCE
  }

  public ProcessorConfig {
    contracts = List.copyOf(contracts);
    Checks checks = Checks.check();
    Contracts.check(contracts, rules, checks);
    checks
        .notBlank("applicationId", applicationId)
        .that(
            !advertisedAddress.isBlank() || !ListenerConfig.isWildcard(listener.host()),
            "advertisedAddress",
            advertisedAddress,
            "host:port at which the other instances reach this one, such as ${env:HOSTNAME}:%d,"
                    .formatted(listener.port())
                + " because listener.host "
                + listener.host()
                + " is every address of this machine and none that another could use")
        .that(
            advertisedAddress.isBlank() || isReachable(advertisedAddress),
            "advertisedAddress",
            advertisedAddress,
            "host:port at which the other instances reach this one, such as 10.0.0.5:8080")
        .notBlank("stateDir", stateDir)
        .range("threads", threads, 1, 256)
        .range("standbyReplicas", standbyReplicas, 0, 8)
        .range("commitInterval", commitInterval, Duration.ofMillis(50), Duration.ofMinutes(1))
        .done();
  }

  /** Adds the Kafka properties of the operator that contradict a guarantee of the processor. */
  public void check(KafkaConfig kafka, Checks checks) {
    String server =
        advertisedAddress.isBlank() ? listener.host() + ":" + listener.port() : advertisedAddress;
    StreamsSettings.of(this, kafka, server).check(checks);
  }

  /** Everything that is kept longer than a control on retention allows. */
  public List<Compliance.TooLong> keptTooLong() {
    Map<String, Duration> kept = new LinkedHashMap<>();
    kept.put("windows.retention10s", windows.retention10s());
    kept.put("windows.retention1m", windows.retention1m());
    kept.put("windows.retention1h", windows.retention1h());
    kept.put("anomalies.keepResolved", anomalies.keepResolved());
    return Compliance.keptTooLong(compliance, kept);
  }

  /**
   * What single traces are judged by: contracts, the controls in force, and events that call
   * themselves critical.
   */
  public TraceJudge judge() {
    return CompositeTraceJudge.of(
        List.of(new CriticalEvents(), Contracts.of(contracts), Compliance.of(compliance)));
  }

  private static boolean isReachable(String address) {
    Matcher parts = HOST_AND_PORT.matcher(address);
    return parts.matches()
        && !ListenerConfig.isWildcard(parts.group(1))
        && Integer.parseInt(parts.group(2)) <= HIGHEST_PORT;
  }

  public static ProcessorConfig defaults() {
    return new ProcessorConfig(
        ListenerConfig.onPort(8080),
        "tracetide-processor",
        "",
        "",
        "data/processor",
        2,
        0,
        Guarantee.EXACTLY_ONCE_V2,
        Duration.ofSeconds(1),
        MemoryConfig.defaults(),
        WindowConfig.defaults(),
        CardinalityConfig.defaults(),
        LedgerConfig.defaults(),
        MetricsConfig.defaults(),
        DetectionConfig.defaults(),
        RulesConfig.defaults(),
        List.of(),
        ComplianceConfig.defaults(),
        AnomaliesConfig.defaults(),
        QueryConfig.defaults(),
        PrivacyConfig.defaults());
  }
}
