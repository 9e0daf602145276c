package io.tracetide.processor;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.change.LocalChanges;
import io.tracetide.processor.compliance.Compliance;
import io.tracetide.processor.contract.Contracts;
import io.tracetide.processor.exposition.ExpositionMetrics;
import io.tracetide.processor.exposition.remote.RemoteWriteMetrics;
import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.processor.intake.BatchingClients;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.query.audit.AuditMetrics;
import io.tracetide.processor.query.live.LiveMetrics;
import io.tracetide.processor.query.peer.PeerMetrics;
import io.tracetide.processor.query.peer.StreamsOwners;
import io.tracetide.processor.topology.Environment;
import io.tracetide.processor.topology.TraceTopology;
import io.tracetide.processor.topology.anomaly.AnomalySettings;
import io.tracetide.processor.topology.intake.ProcessorFailurePolicy;
import io.tracetide.processor.topology.ledger.LedgerWiring;
import io.tracetide.processor.topology.ledger.OpenLedgers;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.topology.window.TotalsWiring;
import io.tracetide.processor.topology.window.WindowWiring;
import io.tracetide.processor.workflow.WorkflowMetrics;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.kafka.audit.RoleAudit;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.runtime.kafka.feedback.FeedbackReader;
import io.tracetide.runtime.kafka.role.StreamsApp;
import io.tracetide.runtime.kafka.role.StreamsRole;
import io.tracetide.runtime.kafka.streams.BoundedClients;
import io.tracetide.runtime.kafka.streams.SupervisedStreams;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.meter.RoleMeters;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.util.Properties;
import java.util.Set;
import java.util.function.IntSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor: one Kafka Streams application and the listener for queries. */
public final class ProcessorApp extends StreamsApp {

  private static final Logger log = LoggerFactory.getLogger(ProcessorApp.class);

  private ProcessorApp(StreamsRole role, Listener listener, SupervisedStreams streams) {
    super(role, listener, streams);
  }

  /**
   * Starts the processor. It is ready when its partitions are assigned and restored; until then
   * queries are answered with 503.
   *
   * @throws io.tracetide.runtime.http.PortInUseException when the listener's port is taken
   */
  public static ProcessorApp start(
      ProcessorConfig config, KafkaConfig kafka, RegistryConfig registry, Clock clock) {
    log.info("processor starting version={}", BuildVersion.text());
    return Closers.start(closers -> start(config, kafka, registry, clock, closers));
  }

  private static ProcessorApp start(
      ProcessorConfig config,
      KafkaConfig kafka,
      RegistryConfig registry,
      Clock clock,
      Closers closers) {
    warnOfRetention(config);
    StreamsRole role = StreamsRole.open("processor", kafka, registry, clock, closers, meters());
    RoleAudit audit = role.audit(StreamsSettings.audit(kafka));

    // Health and queries are answered, with 503, while state is still being restored.
    LocalChanges changes = new LocalChanges();
    OpenPartitions open = new OpenPartitions(changes);
    OpenLedgers ledgers = new OpenLedgers(changes);
    ExpositionWiring exposition = new ExpositionWiring(config, role.meters());
    QueryWiring queries =
        new QueryWiring(
            config,
            changes,
            open,
            ledgers,
            role.registry(),
            role.meters(),
            AuditWiring.view(config, kafka, role, clock),
            closers);
    Listener listener =
        closers.add(
            "listener",
            Listener.start(
                config.listener(),
                new Admission(QueryWiring::access, true, clock, audit::access),
                role.health(),
                role.meters(),
                queries.routes(clock).andThen(exposition.route())));
    closers.add("live-queries", queries::endLive);
    HostInfo self = advertised(config, listener.port());

    String lifecycle = config.applicationId() + "-" + TraceTopology.LIFECYCLE + "-repartition";
    InputProgress input = InputProgress.of(Topics.TRACES, Topics.TRACE_BATCHES, lifecycle);
    ProcessorMetrics metrics = new ProcessorMetrics(role.meters());
    PartitionCount aggregates = new PartitionCount(TraceTopology.WINDOW_PARTIALS);
    WindowWiring windows = windows(config, open, aggregates, exposition.totals());
    LedgerWiring ledger = ledger(config, ledgers, input);
    FeedbackRules feedback = feedback(config, kafka, role);
    TraceTopology topology =
        topology(config, role.registry(), windows, ledger, feedback, metrics, clock);
    Properties settings =
        StreamsSettings.of(config, kafka, StreamsOwners.authority(self)).toProperties();
    settings.put(ProcessorFailurePolicy.STATE, new ProcessorFailurePolicy.State(metrics));
    Set<String> batched = Set.of(Topics.TRACES, Topics.TRACE_BATCHES, Topics.METRICS, lifecycle);
    SupervisedStreams streams =
        role.build(
            settings,
            () -> new KafkaStreams(topology.get(), settings, new BatchingClients(batched, input)),
            running -> {
              aggregates.become(running::metadataForAllStreamsClients);
              exposition.bind(running, ledgers, settings, role.progress());
              queries.bind(running, self, role.progress(), exposition.gauges());
            });
    audit.started("default", StreamsOwners.authority(self), config, kafka, registry);
    role.start(streams);
    exposition.startRemoteWrite(closers, clock);
    return new ProcessorApp(role, listener, streams);
  }

  private static LedgerWiring ledger(
      ProcessorConfig config, OpenLedgers ledgers, InputProgress input) {
    return new LedgerWiring(
        config.ledger(),
        config.judge(),
        WorkflowMetrics::of,
        new TraceMask(Masker.of(config.privacy())),
        ledgers,
        input);
  }

  /** Reads the feedback; the first decision about an anomaly waits for it. */
  private static FeedbackRules feedback(
      ProcessorConfig config, KafkaConfig kafka, StreamsRole role) {
    FeedbackBook book = FeedbackBook.loading();
    ClientProperties settings =
        FeedbackReader.settings(ClientProperties.of(kafka), config.applicationId() + "-feedback");
    role.closers()
        .add(
            "feedback",
            FeedbackReader.start(
                () -> role.client(() -> BoundedClients.consumer(settings.toMap())),
                role.registry(),
                book));
    return new FeedbackRules(book);
  }

  private static void warnOfRetention(ProcessorConfig config) {
    for (Compliance.TooLong record : config.keptTooLong()) {
      log.warn("records are kept longer than a control allows {}", record);
    }
  }

  /** The address at which other instances reach this one. */
  private static HostInfo advertised(ProcessorConfig config, int listenerPort) {
    return config.advertisedAddress().isBlank()
        ? new HostInfo(config.listener().host(), listenerPort)
        : HostInfo.buildFromEndpoint(config.advertisedAddress());
  }

  private static PrometheusMeterRegistry meters() {
    return RoleMeters.create(
        ProcessorMetrics.HELP,
        PeerMetrics.HELP,
        LiveMetrics.HELP,
        ExpositionMetrics.HELP,
        AuditMetrics.HELP,
        RemoteWriteMetrics.HELP);
  }

  private static WindowWiring windows(
      ProcessorConfig config, OpenPartitions open, IntSupplier partitions, TotalsWiring totals) {
    return new WindowWiring(
        config.windows(),
        config.cardinality(),
        config.guarantee() == ProcessorConfig.Guarantee.EXACTLY_ONCE_V2,
        open,
        partitions,
        totals);
  }

  private static TraceTopology topology(
      ProcessorConfig config,
      SchemaRegistry registry,
      WindowWiring windows,
      LedgerWiring ledger,
      FeedbackRules feedback,
      ProcessorMetrics metrics,
      Clock clock) {
    return new TraceTopology(
        new Environment(
            windows,
            ledger,
            config.metrics(),
            new AnomalySettings(
                config.detection(),
                config.gauges(),
                config.silence(),
                config.rules(),
                Contracts.rules(config.contracts()),
                config.slo(),
                config.incidents(),
                config.anomalies(),
                feedback),
            registry,
            metrics,
            clock));
  }
}
