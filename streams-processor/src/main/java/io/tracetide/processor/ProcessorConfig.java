package io.tracetide.processor;

import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.compliance.Compliance;
import io.tracetide.processor.compliance.ComplianceConfig;
import io.tracetide.processor.contract.ContractConfig;
import io.tracetide.processor.contract.Contracts;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.gauge.GaugesConfig;
import io.tracetide.processor.detection.silence.SilenceConfig;
import io.tracetide.processor.exposition.ExpositionConfig;
import io.tracetide.processor.incident.IncidentsConfig;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.metric.MetricsConfig;
import io.tracetide.processor.query.http.DashboardConfig;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.processor.workflow.CompositeTraceJudge;
import io.tracetide.processor.workflow.CriticalEvents;
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
 * @param listener listener of queries, the dashboard, health and meters
 * @param applicationId prefix of the consumer group, the internal topics and the transactions; the
 *     same for all instances that share the partitions
 * @param instanceId identifies this instance among those with the same applicationId; when set, a
 *     restart within the session timeout gets its partitions back at once
 * @param advertisedAddress {@code host:port} at which the other instances reach this one's
 *     listener; empty for the listener's own
 * @param stateDir directory of the state stores
 * @param threads processing threads
 * @param standbyReplicas copies of each store kept on other instances
 * @param guarantee whether a crash may count spans twice
 * @param commitInterval how often counts are committed; also the maximum age of answers
 * @param memory memory beside the heap
 * @param windows settings of windows
 * @param cardinality limits of the number of names
 * @param ledger settings of traces in flight
 * @param metrics settings of running totals of metrics
 * @param detection settings of the learned detector
 * @param gauges settings of the detector of metrics
 * @param silence when a service without spans is an anomaly
 * @param rules thresholds
 * @param slo service level objectives, whose burn rates open anomalies
 * @param contracts requirements on the traces of workflows
 * @param compliance frameworks whose controls are in force
 * @param incidents when anomalies have one incident
 * @param anomalies retention of anomalies
 * @param query limits of the query server
 * @param exposition metrics of services for Prometheus
 * @param dashboard what the dashboard shows beside the data of the processor
 * @param privacy masking of personal data before traces are stored, for records that services write
 *     to Kafka themselves
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
    GaugesConfig gauges,
    SilenceConfig silence,
    RulesConfig rules,
    SloConfig slo,
    List<ContractConfig> contracts,
    ComplianceConfig compliance,
    IncidentsConfig incidents,
    AnomaliesConfig anomalies,
    QueryConfig query,
    ExpositionConfig exposition,
    DashboardConfig dashboard,
    PrivacyConfig privacy) {

  private static final int HIGHEST_PORT = 65_535;

  /** Host and port; an IPv6 address is in brackets. */
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([1-9]\\d{0,4})");

  /** The effect of a crash on counts. */
  public enum Guarantee {
    /** None: each span is counted once. */
    EXACTLY_ONCE_V2,
    /** Spans since the last commit may be counted twice; local state is kept after a crash. */
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
                + " is a wildcard address, which other machines cannot connect to")
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

  /** The configured retentions that are longer than a control on retention allows. */
  public List<Compliance.TooLong> keptTooLong() {
    Map<String, Duration> kept = new LinkedHashMap<>();
    kept.put("windows.retention10s", windows.retention10s());
    kept.put("windows.retention1m", windows.retention1m());
    kept.put("windows.retention1h", windows.retention1h());
    kept.put("anomalies.keepResolved", anomalies.keepResolved());
    return Compliance.keptTooLong(compliance, kept);
  }

  /**
   * The judge of single traces: contracts, the controls in force, and events of critical severity.
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
        GaugesConfig.defaults(),
        SilenceConfig.defaults(),
        RulesConfig.defaults(),
        SloConfig.defaults(),
        List.of(),
        ComplianceConfig.defaults(),
        IncidentsConfig.defaults(),
        AnomaliesConfig.defaults(),
        QueryConfig.defaults(),
        ExpositionConfig.defaults(),
        DashboardConfig.defaults(),
        PrivacyConfig.defaults());
  }
}
