package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.detection.AnomalyDetector;
import io.tracetide.processor.detection.gauge.GaugeWindows;
import io.tracetide.processor.incident.CallReport;
import io.tracetide.processor.rule.RuleEvaluator;
import io.tracetide.processor.slo.BurnRateDetector;
import io.tracetide.processor.topology.commit.NoFindings;
import io.tracetide.processor.topology.incident.IncidentStores;
import io.tracetide.processor.topology.incident.LinkIncidents;
import io.tracetide.processor.topology.incident.ReportAnomalies;
import io.tracetide.processor.topology.incident.ReportCalls;
import io.tracetide.processor.topology.incident.TenantReport;
import io.tracetide.processor.topology.incident.TenantReportSerde;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.EvaluatingNode;
import io.tracetide.processor.topology.window.ServicePartitioner;
import io.tracetide.processor.topology.window.WindowWiring;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/** Detects anomalies: of windows by learned detection and rules, of traces by their breaches. */
public final class AnomalyFlow {

  /**
   * Topic of breaches of traces, without the application's prefix. It must have as many partitions
   * as the partial counts, so that the breaches of a service and its windows are processed by one
   * task. Kafka Streams gives both topics the number of partitions of their largest input, and
   * {@link NoFindings} gives both the same inputs.
   */
  public static final String FINDINGS = "trace-findings";

  /**
   * Topic of samples of windows by tenant, without the application's prefix. The same task reads
   * it, the partial counts and the breaches of traces, because they share the store of anomalies;
   * so Kafka Streams gives it as many partitions.
   */
  public static final String SAMPLES = "tenant-samples";

  /**
   * Topic of anomalies and calls by tenant, without the application's prefix. It has the same
   * inputs as the samples, so a tenant is in one partition of both.
   */
  public static final String REPORTS = "tenant-reports";

  private static final String DETECT = "detect-anomalies";
  private static final String EVALUATE = "evaluate-rules";
  private static final String SAMPLE = "sample-windows";
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();

  private final AnomalySettings settings;
  private final WindowWiring windows;
  private final SchemaRegistry registry;
  private final ServicePartitioner partitioner;
  private final ProcessorMetrics metrics;

  /**
   * Creates the flow.
   *
   * @param partitioner partitioner of the partial counts
   */
  public AnomalyFlow(
      AnomalySettings settings,
      WindowWiring windows,
      SchemaRegistry registry,
      ServicePartitioner partitioner,
      ProcessorMetrics metrics) {
    this.settings = settings;
    this.windows = windows;
    this.registry = registry;
    this.partitioner = partitioner;
    this.metrics = metrics;
  }

  /** Nodes that evaluate windows, with the tiers that their active detectors watch. */
  public List<EvaluatingNode> evaluatingNodes() {
    return List.of(
        node(DETECT, learnedDetectors()),
        node(EVALUATE, thresholdDetectors()),
        new EvaluatingNode(
            SAMPLE, settings.detection().isEvidence() ? List.of(windows.baseTier()) : List.of()));
  }

  private EvaluatingNode node(String name, List<WindowDetector> detectors) {
    return new EvaluatingNode(
        name,
        windows.config().tiers().stream()
            .filter(tier -> detectors.stream().anyMatch(d -> d.isActive() && d.watches(tier)))
            .toList());
  }

  /**
   * Publishes the anomalies of windows and traces.
   *
   * @return anomalies of rules and traces, before they have incidents
   */
  public KStream<String, Anomaly> find(
      StreamsBuilder builder,
      KStream<byte[], WindowEvent> closed,
      KStream<byte[], byte[]> findings) {
    builder.addStateStore(AnomalyStores.features(settings.detection(), windows.baseTier().size()));
    builder.addStateStore(AnomalyStores.episodes());
    builder.addStateStore(IncidentStores.anomalies(registry));
    builder.addStateStore(AnomalyStores.evidence());
    builder.addStateStore(AnomalyStores.open(registry));
    builder.addStateStore(IncidentStores.calls());
    builder.addStateStore(IncidentStores.suppressed(registry));
    KStream<byte[], byte[]> placed =
        findings.repartition(
            Repartitioned.<byte[], byte[]>as(FINDINGS)
                .withKeySerde(BYTES)
                .withValueSerde(BYTES)
                .withStreamPartitioner(partitioner));
    KStream<String, Anomaly> ofWindows =
        closed
            .process(
                this::detect,
                Named.as(DETECT),
                AnomalyStores.ofDetection(List.of(windows.baseTier(), WindowTier.MINUTE)))
            .merge(
                closed.process(this::evaluate, Named.as(EVALUATE), AnomalyStores.ofRules()),
                Named.as("merge-anomalies"));
    KStream<String, Anomaly> ofTraces =
        placed
            .filterNot((key, value) -> CallReport.isEncoded(value), Named.as("breaches"))
            .process(this::raise, Named.as("raise-trace-anomalies"), AnomalyStores.ofTraces());
    KStream<String, Anomaly> linked =
        ofTraces
            .process(ReportAnomalies::new, Named.as("report-anomalies"))
            .merge(
                placed.process(ReportCalls::new, Named.as("report-calls")),
                Named.as("merge-reports"))
            .repartition(
                Repartitioned.<byte[], TenantReport>as(REPORTS)
                    .withKeySerde(BYTES)
                    .withValueSerde(new TenantReportSerde(registry)))
            .merge(detectEvidence(closed, ofWindows), Named.as("merge-evidence"))
            .process(this::link, Named.as("link-incidents"), IncidentStores.names());
    linked.to(
        Topics.ANOMALIES,
        Produced.with(Serdes.String(), AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class))
            .withName("anomalies"));
    linked.process(() -> new FeedAnomalies(windows.partitions()), Named.as("feed-anomalies"));
    return ofWindows.merge(ofTraces, Named.as("merge-trace-anomalies"));
  }

  private LinkIncidents link() {
    return new LinkIncidents(
        settings.incidents(), settings.anomalies(), settings.feedback(), metrics);
  }

  /** The samples of a window are sent after the anomalies that other detectors found in it. */
  private KStream<byte[], TenantReport> detectEvidence(
      KStream<byte[], WindowEvent> closed, KStream<String, Anomaly> ofWindows) {
    return closed
        .process(
            this::sample, Named.as(SAMPLE), AnomalyStores.EVIDENCE, windows.baseTier().storeName())
        .merge(
            ofWindows.process(
                () -> new ReportWindowAnomalies(registry), Named.as("report-window-anomalies")),
            Named.as("merge-samples"))
        .repartition(
            Repartitioned.<byte[], byte[]>as(SAMPLES).withKeySerde(BYTES).withValueSerde(BYTES))
        .process(this::judge, Named.as(DetectEvidence.NAME), AnomalyStores.ofEvidence());
  }

  private SampleWindows sample() {
    return new SampleWindows(
        settings.detection(), windows.baseTier(), windows.partitionCount(), metrics);
  }

  private DetectEvidence judge() {
    return new DetectEvidence(
        settings.detection(),
        settings.silence(),
        windows.config(),
        windows.partitionCount(),
        settings.feedback(),
        new TenantReportSerde(registry),
        windows.partitions().progress(),
        metrics);
  }

  /** Makes samples of metrics an input of the findings, see {@link #FINDINGS}. */
  public <V> void joinInputs(KStream<byte[], V> samples) {
    samples
        .process(NoFindings<V>::new, Named.as("no-findings-of-metrics"))
        .to(
            FINDINGS + "-repartition",
            Produced.with(BYTES, BYTES)
                .withStreamPartitioner(partitioner)
                .withName("metric-findings"));
  }

  private DetectWindows detect() {
    return detectWindows(DETECT, this::learnedDetectors);
  }

  /** Detectors of the node {@link #DETECT}. */
  private List<WindowDetector> learnedDetectors() {
    return List.of(
        new AnomalyDetector(
            settings.detection(), windows.baseTier().size(), windows.config().judgeRevisionsFor()),
        new GaugeWindows(settings.gauges()));
  }

  private DetectWindows evaluate() {
    return detectWindows(EVALUATE, this::thresholdDetectors);
  }

  /** Detectors of the node {@link #EVALUATE}. */
  private List<WindowDetector> thresholdDetectors() {
    return List.of(
        new RuleEvaluator(
            settings.rules(),
            settings.contractRules(),
            windows.baseTier().size(),
            windows.config().judgeRevisionsFor()),
        new BurnRateDetector(settings.slo()));
  }

  private DetectWindows detectWindows(String name, Supplier<List<WindowDetector>> detectors) {
    return new DetectWindows(
        detectors, windows.config().tiers(), name, windows.partitions().progress(), metrics);
  }

  private RaiseTraceAnomalies raise() {
    return new RaiseTraceAnomalies(metrics);
  }
}
