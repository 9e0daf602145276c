package io.tracetide.processor.topology;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.event.MetricSampleCheck;
import io.tracetide.processor.event.MetricSampleReader;
import io.tracetide.processor.event.MetricView;
import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.topology.anomaly.AnomalyStores;
import io.tracetide.processor.topology.anomaly.DetectAnomalies;
import io.tracetide.processor.topology.anomaly.EvaluateRules;
import io.tracetide.processor.topology.anomaly.RaiseTraceAnomalies;
import io.tracetide.processor.topology.audit.ChainAudit;
import io.tracetide.processor.topology.audit.ChainPartition;
import io.tracetide.processor.topology.audit.LinkSerde;
import io.tracetide.processor.topology.audit.RecordViolations;
import io.tracetide.processor.topology.commit.CommitHook;
import io.tracetide.processor.topology.commit.NoFindings;
import io.tracetide.processor.topology.commit.PassOn;
import io.tracetide.processor.topology.intake.EventTimeFence;
import io.tracetide.processor.topology.intake.PassOnRawRecords;
import io.tracetide.processor.topology.intake.RawRecordSerde;
import io.tracetide.processor.topology.intake.Validate;
import io.tracetide.processor.topology.intake.Validated;
import io.tracetide.processor.topology.ledger.FollowTraces;
import io.tracetide.processor.topology.ledger.LedgerStores;
import io.tracetide.processor.topology.ledger.LedgerWiring;
import io.tracetide.processor.topology.ledger.TracePlacement;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.AggregateWindows;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.topology.window.Combine;
import io.tracetide.processor.topology.window.CombineMetrics;
import io.tracetide.processor.topology.window.MetricStores;
import io.tracetide.processor.metric.MetricsConfig;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.topology.window.PublishWindows;
import io.tracetide.processor.topology.window.SeriesAdmission;
import io.tracetide.processor.topology.window.ServicePartitioner;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.processor.topology.window.WindowStores;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;

/**
 * The data flow of the processor.
 *
 * <pre>
 * traces ─▶ validate ─▶ follow-traces ─▶ combine ─▶ window-partials ─▶ aggregate-windows ─┬▶ publish-windows ─▶ window-aggregates
 *            │   │        ▲         │                    ▲                                ├▶ detect-anomalies ─┐
 *            │   │        │         │                    │                                └▶ evaluate-rules ───┼▶ anomalies
 *            │   │        │         └▶ trace-findings ───│───────────▶ raise-trace-anomalies ──────────────────┘
 *            │   └▶ lifecycle ─▶ validate-routed         │
 *            └▶ traces-dead-letter                       │
 * metrics ─▶ validate-metrics ─▶ combine-metrics ────────┘
 *
 * anomalies ─▶ record-violations ─┐
 * the other roles ────────────────┴▶ audit-entries ─▶ chain-audit ─▶ audit
 * </pre>
 *
 * <p>Metrics come by a way of their own up to the partial counts, so {@code traces} and {@code
 * metrics} may have different numbers of partitions, and none waits for the other.
 */
public final class TraceTopology implements Supplier<Topology> {

  /**
   * Topic of partial counts, without the application's prefix; the stores follow its partitions.
   */
  public static final String WINDOW_PARTIALS = "window-partials";

  /**
   * Topic of breaches of traces, without the application's prefix. It has as many partitions as
   * {@link #WINDOW_PARTIALS}, because Streams gives both as many as the largest of their inputs
   * has, and {@link NoFindings} makes all inputs of the one inputs of the other. So what is wrong
   * with the traces of a service meets what is wrong with its windows in one partition.
   */
  public static final String TRACE_FINDINGS = "trace-findings";

  /** The same topics as Streams names them within the topology. */
  private static final String PARTIALS_TOPIC = WINDOW_PARTIALS + "-repartition";

  private static final String FINDINGS_TOPIC = TRACE_FINDINGS + "-repartition";

  /**
   * Topic of events on their way to the partition of their trace, without the application's prefix.
   */
  public static final String LIFECYCLE = "lifecycle";

  private static final String ROUTE = "route-traces";
  private static final String MERGE = "merge-traces";
  private static final FollowTraces.Children OF_LEDGER =
      new FollowTraces.Children("send-partials", "report-findings");
  private static final Validate.Children OF_TRACES =
      new Validate.Children(MERGE, "traces-dead-letter");
  private static final Validate.Children OF_ROUTED =
      new Validate.Children(MERGE, "routed-dead-letter");
  private static final Validate.Children OF_METRICS =
      new Validate.Children("combine-metrics", "metrics-dead-letter");

  private static final String METRIC_PARTIALS = "metric-partials";
  private static final String DETECT = "detect-anomalies";
  private static final String EVALUATE = "evaluate-rules";

  private static final Serde<byte[]> BYTES = Serdes.ByteArray();

  private final WindowConfig config;
  private final CardinalityConfig cardinality;
  private final MetricsConfig following;
  private final DetectionConfig detection;
  private final RulesConfig rules;
  private final List<RuleConfig> ofContracts;
  private final AnomaliesConfig anomalies;
  private final SchemaRegistry registry;
  private final boolean exactlyOnce;
  private final OpenPartitions partitions;
  private final IntSupplier partitionCount;
  private final LedgerWiring ledger;
  private final ProcessorMetrics metrics;
  private final Clock clock;
  private final ServicePartitioner partitioner = new ServicePartitioner();

  /**
   * The data flow with these settings.
   *
   * @param ofContracts what contracts say of windows
   * @param exactlyOnce whether commits are transactions
   * @param partitions told which partitions are aggregated here
   * @param partitionCount how many {@link #WINDOW_PARTIALS} has, asked when a task of them starts
   * @param ledger how traces in flight are followed
   */
  public TraceTopology(
      WindowConfig config,
      CardinalityConfig cardinality,
      MetricsConfig following,
      DetectionConfig detection,
      RulesConfig rules,
      List<RuleConfig> ofContracts,
      AnomaliesConfig anomalies,
      SchemaRegistry registry,
      boolean exactlyOnce,
      OpenPartitions partitions,
      IntSupplier partitionCount,
      LedgerWiring ledger,
      ProcessorMetrics metrics,
      Clock clock) {
    this.config = config;
    this.cardinality = cardinality;
    this.following = following;
    this.detection = detection;
    this.rules = rules;
    this.ofContracts = List.copyOf(ofContracts);
    this.anomalies = anomalies;
    this.registry = registry;
    this.exactlyOnce = exactlyOnce;
    this.partitions = partitions;
    this.partitionCount = partitionCount;
    this.ledger = ledger;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public Topology get() {
    StreamsBuilder builder = new StreamsBuilder();
    config.tiers().forEach(tier -> builder.addStateStore(WindowStores.ofTier(tier)));
    builder.addStateStore(WindowStores.watermarks());
    builder.addStateStore(WindowStores.journal());
    builder.addStateStore(WindowStores.admittedNames());
    builder.addStateStore(CommitHook.builder(AggregateWindows.COMMIT_HOOK));
    builder.addStateStore(CommitHook.builder(CombineMetrics.COMMIT_HOOK));
    builder.addStateStore(CommitHook.builder(FollowTraces.COMMIT_HOOK));
    LedgerStores.addTo(builder);
    builder.addStateStore(MetricStores.counterStates());
    builder.addStateStore(AnomalyStores.features(detection, base().size()));
    builder.addStateStore(AnomalyStores.episodes());
    builder.addStateStore(AnomalyStores.anomalies(registry));

    // Read every event once; what cannot be counted goes aside with the reason.
    KStream<byte[], Validated<TraceView>> events =
        builder.stream(Topics.TRACES, consumed("traces"))
            .process(this::validateTraces, Named.as("validate"));
    events.to(
        Topics.TRACES_DEAD_LETTER,
        Produced.with(BYTES, new RawRecordSerde<TraceView>()).withName(OF_TRACES.deadLetter()));

    // What belongs to another partition goes there, and is read once more.
    KStream<byte[], Validated<TraceView>> routed =
        events
            .process(PassOnRawRecords::new, Named.as(ROUTE))
            .repartition(
                Repartitioned.<byte[], byte[]>as(LIFECYCLE)
                    .withKeySerde(BYTES)
                    .withValueSerde(BYTES))
            .process(this::validateRouted, Named.as("validate-routed"));
    routed.to(
        Topics.TRACES_DEAD_LETTER,
        Produced.with(BYTES, new RawRecordSerde<TraceView>()).withName(OF_ROUTED.deadLetter()));

    // Follow what is in flight, and count work once, with its duration, in memory; one partial
    // count per series, window and commit goes on.
    KStream<byte[], byte[]> work =
        events
            .merge(routed, Named.as(MERGE))
            .process(this::follow, Named.as("follow-traces"), LedgerStores.names());

    KStream<byte[], WindowEvent> windows =
        work.process(PassOn::new, Named.as(OF_LEDGER.partials()))
            .repartition(
                Repartitioned.<byte[], byte[]>as(WINDOW_PARTIALS)
                    .withKeySerde(BYTES)
                    .withValueSerde(BYTES)
                    .withStreamPartitioner(partitioner))
            .process(this::aggregate, Named.as("aggregate-windows"), aggregateStores());

    // Tell the world about closed and revised windows.
    windows
        .process(() -> new PublishWindows(registry), Named.as(AggregateWindows.PUBLISH))
        .to(Topics.WINDOW_AGGREGATES, Produced.with(BYTES, BYTES).withName("window-aggregates"));

    // Bring what is wrong with traces to where their service is counted.
    KStream<byte[], byte[]> findings =
        work.process(PassOn::new, Named.as(OF_LEDGER.findings()))
            .repartition(
                Repartitioned.<byte[], byte[]>as(TRACE_FINDINGS)
                    .withKeySerde(BYTES)
                    .withValueSerde(BYTES)
                    .withStreamPartitioner(partitioner));

    // Find what is wrong: by what is usual, and by what somebody has set, for windows and traces.
    KStream<String, Anomaly> found =
        windows
            .process(this::detect, Named.as(DETECT), AnomalyStores.ofDetection())
            .merge(
                windows.process(this::evaluate, Named.as(EVALUATE), AnomalyStores.ofRules()),
                Named.as("merge-anomalies"))
            .merge(
                findings.process(
                    this::raise, Named.as("raise-trace-anomalies"), AnomalyStores.ofTraces()),
                Named.as("merge-trace-anomalies"));
    found.to(
        Topics.ANOMALIES,
        Produced.with(Serdes.String(), AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class))
            .withName("anomalies"));
    found
        .process(RecordViolations::new, Named.as("record-violations"))
        .to(
            Topics.AUDIT_ENTRIES,
            Produced.with(
                    Serdes.String(), AvroSerde.of(registry, Topics.AUDIT_ENTRIES, AuditEntry.class))
                .withName("violations"));

    // Samples of metrics become partial counts, too. They are last here, so that the tasks of
    // traces and windows keep their numbers and with them their local state.
    KStream<byte[], Validated<MetricView>> samples =
        builder.stream(Topics.METRICS, consumed("metrics"))
            .process(this::validateMetrics, Named.as("validate-metrics"));
    samples.to(
        Topics.TRACES_DEAD_LETTER,
        Produced.with(BYTES, new RawRecordSerde<MetricView>()).withName(OF_METRICS.deadLetter()));
    samples
        .process(
            this::combineMetrics,
            Named.as(OF_METRICS.valid()),
            CombineMetrics.COMMIT_HOOK,
            MetricStores.COUNTER_STATES)
        .to(
            PARTIALS_TOPIC,
            Produced.with(BYTES, BYTES)
                .withStreamPartitioner(partitioner)
                .withName(METRIC_PARTIALS));
    samples
        .process(NoFindings<Validated<MetricView>>::new, Named.as("no-findings-of-metrics"))
        .to(
            FINDINGS_TOPIC,
            Produced.with(BYTES, BYTES)
                .withStreamPartitioner(partitioner)
                .withName("metric-findings"));

    // Chain what everybody, this application included, has to say for the record. By the wall
    // clock, for nothing here depends on time and no timestamp may stop it.
    builder.addStateStore(ChainAudit.store());
    builder.stream(
            Topics.AUDIT_ENTRIES,
            Consumed.with(BYTES, BYTES)
                .withName("audit-entries")
                .withTimestampExtractor(new WallclockTimestampExtractor()))
        .process(() -> new ChainAudit(registry), Named.as("chain-audit"), ChainAudit.STORE)
        .to(
            Topics.AUDIT,
            Produced.with(Serdes.String(), new LinkSerde(registry))
                .withStreamPartitioner(new ChainPartition())
                .withName("audit"));
    return builder.build();
  }

  private Consumed<byte[], byte[]> consumed(String name) {
    return Consumed.with(BYTES, BYTES)
        .withName(name)
        .withTimestampExtractor(new EventTimeFence(clock, config.maxAhead()));
  }

  private Validate<TraceView> validateTraces() {
    return new Validate<>(
        registry,
        TraceEventReader::new,
        new TraceEventCheck(config.maxAhead(), config.longestRetention()),
        OF_TRACES,
        metrics.events,
        new TracePlacement(ledger, ROUTE));
  }

  private Validate<TraceView> validateRouted() {
    return new Validate<>(
        registry,
        TraceEventReader::new,
        new TraceEventCheck(config.maxAhead(), config.longestRetention()),
        OF_ROUTED,
        metrics.routed,
        null);
  }

  private FollowTraces follow() {
    return new FollowTraces(
        ledger, cardinality.templating(), registry, metrics, combine(), OF_LEDGER);
  }

  private Validate<MetricView> validateMetrics() {
    return new Validate<>(
        registry,
        MetricSampleReader::new,
        new MetricSampleCheck(config.maxAhead(), config.longestRetention()),
        OF_METRICS,
        metrics.samples,
        null);
  }

  private CombineMetrics combineMetrics() {
    return new CombineMetrics(base(), following, partitioner, METRIC_PARTIALS, metrics);
  }

  private Combine combine() {
    return new Combine(base(), cardinality.templating(), partitioner, metrics);
  }

  private AggregateWindows aggregate() {
    return new AggregateWindows(
        config, cardinality, exactlyOnce, partitions, partitionCount, judges(), metrics);
  }

  /** A child that would not look at any series is not handed a hundred thousand of them. */
  private List<String> judges() {
    return Stream.of(
            detection.maxSeries() > 0 ? DETECT : "",
            rules.rules().isEmpty() && ofContracts.isEmpty() ? "" : EVALUATE)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private DetectAnomalies detect() {
    return new DetectAnomalies(
        detection, anomalies, base().size(), config.judgeRevisionsFor(), metrics);
  }

  private RaiseTraceAnomalies raise() {
    return new RaiseTraceAnomalies(anomalies, metrics);
  }

  private EvaluateRules evaluate() {
    return new EvaluateRules(
        rules, ofContracts, anomalies, base().size(), config.judgeRevisionsFor(), metrics);
  }

  private WindowTier base() {
    return config.tiers().get(0);
  }

  private String[] aggregateStores() {
    List<String> tiers = config.tiers().stream().map(WindowTier::storeName).toList();
    return Stream.concat(
            tiers.stream(),
            Stream.of(
                AggregateWindows.WATERMARKS,
                AggregateWindows.JOURNAL,
                SeriesAdmission.ADMITTED_NAMES,
                AggregateWindows.COMMIT_HOOK))
        .toArray(String[]::new);
  }
}
