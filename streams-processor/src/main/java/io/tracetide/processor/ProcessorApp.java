package io.tracetide.processor;

import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.compliance.Compliance;
import io.tracetide.processor.contract.Contracts;
import io.tracetide.processor.contract.WorkflowMetrics;
import io.tracetide.processor.intake.BatchingClients;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.query.QueryServer;
import io.tracetide.processor.query.anomaly.StoreAnomalyView;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.peer.Fleet;
import io.tracetide.processor.query.peer.OwnersToCome;
import io.tracetide.processor.query.peer.PartitionOwners;
import io.tracetide.processor.query.peer.PeerMetrics;
import io.tracetide.processor.query.peer.StreamsOwners;
import io.tracetide.processor.query.store.KafkaStreamsLedgers;
import io.tracetide.processor.query.store.KafkaStreamsPartitions;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.query.store.LedgersToCome;
import io.tracetide.processor.query.store.PartitionsToCome;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.window.StoreWindowView;
import io.tracetide.processor.topology.Environment;
import io.tracetide.processor.topology.TraceTopology;
import io.tracetide.processor.topology.anomaly.AnomalySettings;
import io.tracetide.processor.topology.intake.FailedRecords;
import io.tracetide.processor.topology.ledger.LedgerWiring;
import io.tracetide.processor.topology.ledger.OpenLedgers;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.topology.window.WindowWiring;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.config.ConfigDigest;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.Reloads;
import io.tracetide.runtime.http.tls.TlsFiles;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import io.tracetide.runtime.kafka.streams.StreamsReadings;
import io.tracetide.runtime.kafka.streams.SupervisedStreams;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.meter.KafkaMeters;
import io.tracetide.runtime.meter.RoleMeters;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.audit.AuditLog;
import io.tracetide.schemas.broker.BrokerAccess;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.RegistryWatch;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.size.BoundedProducer;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor: one Kafka Streams application and the listener that answers queries over it. */
public final class ProcessorApp implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ProcessorApp.class);

  /** Kafka usually answers at once; when it does not, health is answered meanwhile. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

  private static final int REGISTRY_ATTEMPTS = 4;

  private final Closers closers;
  private final Health health;
  private final Listener listener;
  private final SupervisedStreams streams;

  private ProcessorApp(
      Closers closers, Health health, Listener listener, SupervisedStreams streams) {
    this.closers = closers;
    this.health = health;
    this.listener = listener;
    this.streams = streams;
  }

  /**
   * Starts the processor. It is ready when its partitions are assigned and restored; until then
   * queries are answered with 503.
   *
   * @throws io.tracetide.runtime.http.PortInUseException when the listener's port is taken
   */
  public static ProcessorApp start(
      ProcessorConfig config, KafkaConfig kafka, RegistryConfig registryConfig, Clock clock) {
    log.info("processor starting version={}", BuildVersion.text());
    Closers closers = new Closers();
    try {
      return start(config, kafka, registryConfig, clock, closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private static ProcessorApp start(
      ProcessorConfig config,
      KafkaConfig kafka,
      RegistryConfig registryConfig,
      Clock clock,
      Closers closers) {
    for (Compliance.TooLong record : config.keptTooLong()) {
      log.warn("records are kept longer than a control allows {}", record);
    }
    PrometheusMeterRegistry meters = RoleMeters.create(ProcessorMetrics.HELP, PeerMetrics.HELP);
    closers.add("meters", meters::close);
    RegistryWatch registry =
        closers.add(
            "schema-registry",
            RegistryWatch.of(HttpSchemaRegistry.create(settings(registryConfig))));
    BrokerAccess access = BrokerAccess.start(kafka.bootstrapServers(), kafka.properties());
    AtomicReference<@Nullable SupervisedStreams> built = new AtomicReference<>();
    Health health = new Health();
    health.register(
        "kafka", () -> access.trouble().map(HealthStatus::down).orElseGet(HealthStatus::up));
    health.register("streams", () -> status(built.get()));
    health.register(
        "schema-registry",
        () -> registry.problem().map(HealthStatus::down).orElseGet(HealthStatus::up));
    // Health and queries are answered, with 503, while state is still being restored.
    PartitionsToCome partitions = new PartitionsToCome();
    OpenPartitions open = new OpenPartitions();
    OwnersToCome owners = new OwnersToCome();
    OpenLedgers ledgers = new OpenLedgers();
    LedgersToCome ledgerPartitions = new LedgersToCome();
    OwnersToCome ledgerOwners = new OwnersToCome();
    AuditLog audit =
        closers.add(
            "audit-log",
            AuditLog.start(
                registry,
                () -> access.client(() -> new BoundedProducer(StreamsSettings.audit(kafka)))));
    Fleet fleet =
        closers.add(
            "peers",
            fleet(
                config,
                partitions,
                owners,
                ledgerPartitions,
                ledgerOwners,
                registry,
                peerTls(config, closers),
                meters));
    Admission admission =
        new Admission(
            ProcessorApp::access, true, clock, event -> audit.record(entry(event, clock)));
    Listener listener =
        closers.add(
            "listener",
            Listener.start(
                config.listener(),
                admission,
                health,
                meters,
                queries(config, fleet, clock).andThen(fleet)));
    HostInfo self = advertised(config, listener.port());
    String lifecycle = config.applicationId() + "-" + TraceTopology.LIFECYCLE + "-repartition";
    InputProgress input = InputProgress.of(Topics.TRACES, lifecycle);
    LedgerWiring ledger =
        new LedgerWiring(
            config.ledger(),
            config.judge(),
            WorkflowMetrics::of,
            new TraceMask(Masker.of(config.privacy())),
            ledgers,
            input);
    ProcessorMetrics metrics = new ProcessorMetrics(meters);
    PartitionCount aggregates = new PartitionCount(TraceTopology.WINDOW_PARTIALS);
    TraceTopology topology = topology(config, registry, open, aggregates, ledger, metrics, clock);
    Properties settings = StreamsSettings.of(config, kafka, StreamsOwners.authority(self));
    settings.put(FailedRecords.STATE, new FailedRecords.State(metrics));
    RestoreProgress progress = new RestoreProgress(clock);
    SupervisedStreams streams =
        closers.add(
            "streams",
            SupervisedStreams.create(
                "processor",
                settings,
                () ->
                    new KafkaStreams(
                        topology.get(),
                        settings,
                        new BatchingClients(
                            Set.of(Topics.TRACES, Topics.METRICS, lifecycle), input)),
                running -> {
                  aggregates.become(running);
                  partitions.become(
                      new KafkaStreamsPartitions(
                          running, self, TraceTopology.WINDOW_PARTIALS, open, progress));
                  owners.become(
                      StreamsOwners.ofRepartition(running, self, TraceTopology.WINDOW_PARTIALS));
                  ledgerPartitions.become(
                      new KafkaStreamsLedgers(running, Topics.TRACES, ledgers::of, progress));
                  ledgerOwners.become(StreamsOwners.ofInput(running, self, Topics.TRACES));
                  return connect(running, kafka, meters);
                },
                progress,
                meters,
                clock));
    built.set(streams);
    KafkaMeters.ofStreams(meters, () -> StreamsReadings.of(streams.current().metrics()));
    audit.record(started(config, kafka, registryConfig, self, clock));
    closers.add("kafka-access", access);
    if (access.await(FIRST_ANSWER)) {
      streams.start();
    } else {
      access.whenReached(streams::startOrFail);
    }
    return new ProcessorApp(closers, health, listener, streams);
  }

  private static AuditEntry started(
      ProcessorConfig config,
      KafkaConfig kafka,
      RegistryConfig registry,
      HostInfo self,
      Clock clock) {
    return new AuditEntry(
        "default",
        clock.instant(),
        "processor",
        "configuration.loaded",
        StreamsOwners.authority(self),
        Map.of("version", BuildVersion.text(), "sha256", ConfigDigest.of(config, kafka, registry)));
  }

  /** What each route asks of its caller, where the listener has tokens. */
  private static Access access(String method, String route) {
    if (route.startsWith("/internal/")) {
      return Access.INSTANCE;
    }
    if (route.equals("/")) {
      return Access.PAGE;
    }
    if (route.startsWith("/dashboard/")) {
      return Access.OPEN; // Files of the page, the same for everybody.
    }
    return method.equals("GET") || method.equals("HEAD") ? Access.READ : Access.WRITE;
  }

  private static AuditEntry entry(AccessEvent event, Clock clock) {
    return new AuditEntry(
        event.tenant(),
        clock.instant(),
        event.actor(),
        event.action(),
        "processor:" + event.subject(),
        event.details());
  }

  /** Instances show each other what they show everyone, and look at its files as often. */
  private static Optional<TlsFiles> peerTls(ProcessorConfig config, Closers closers) {
    if (!config.listener().tls().isPresent()) {
      return Optional.empty();
    }
    TlsFiles tls =
        TlsFiles.read(config.listener().tls(), config.query().peers().trustedCertificates());
    closers.add("peer-reloads", new Reloads(config.listener().reloadInterval())).each(tls::reload);
    return Optional.of(tls);
  }

  /** Where other instances reach this one. */
  private static HostInfo advertised(ProcessorConfig config, int listenerPort) {
    return config.advertisedAddress().isBlank()
        ? new HostInfo(config.listener().host(), listenerPort)
        : HostInfo.buildFromEndpoint(config.advertisedAddress());
  }

  private static Fleet fleet(
      ProcessorConfig config,
      StorePartitions partitions,
      PartitionOwners owners,
      LedgerPartitions ledgers,
      PartitionOwners ledgerOwners,
      SchemaRegistry registry,
      Optional<TlsFiles> tls,
      MeterRegistry meters) {
    return new Fleet(
        config.query().peers(),
        partitions,
        owners,
        held -> new StoreWindowView(held, config.windows().tiers()),
        StoreAnomalyView::new,
        config.windows().tiers(),
        ledgers,
        ledgerOwners,
        registry,
        tls,
        meters);
  }

  private static Consumer<ServerBuilder> queries(ProcessorConfig config, Fleet fleet, Clock clock) {
    return new QueryServer(
        config.query(),
        fleet.windows(),
        fleet.anomalies(),
        config.ledger().enabled() ? Optional.of(fleet.ledger()) : Optional.empty(),
        config.windows().tiers(),
        StatusRules.withWarmUp(config.detection().bandWindows()),
        new TraceRetention(config.ledger().recent().keep(), config.ledger().kept().keep()),
        clock);
  }

  private static TraceTopology topology(
      ProcessorConfig config,
      SchemaRegistry registry,
      OpenPartitions open,
      IntSupplier partitionCount,
      LedgerWiring ledger,
      ProcessorMetrics metrics,
      Clock clock) {
    return new TraceTopology(
        new Environment(
            new WindowWiring(
                config.windows(),
                config.cardinality(),
                config.guarantee() == ProcessorConfig.Guarantee.EXACTLY_ONCE_V2,
                open,
                partitionCount),
            ledger,
            config.metrics(),
            new AnomalySettings(
                config.detection(),
                config.rules(),
                Contracts.rules(config.contracts()),
                config.anomalies()),
            registry,
            metrics,
            clock));
  }

  /**
   * The figures of each client and thread. Those of single tasks and stores are left out: there are
   * thousands, and none is watched. So is the id of the process, which every start makes anew.
   */
  private static AutoCloseable connect(
      KafkaStreams streams, KafkaConfig kafka, PrometheusMeterRegistry meters) {
    if (kafka.meters() != KafkaConfig.Meters.ALL) {
      return () -> {};
    }
    meters
        .config()
        .meterFilter(
            MeterFilter.deny(
                id -> id.getName().startsWith("kafka.") && id.getTag("task.id") != null))
        .meterFilter(MeterFilter.ignoreTags("process.id"));
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
    metrics.bindTo(meters);
    return metrics;
  }

  private static HealthStatus status(@Nullable SupervisedStreams streams) {
    return streams == null ? HealthStatus.down("streams are CREATED") : streams.health();
  }

  private static RegistrySettings settings(RegistryConfig config) {
    return new RegistrySettings(
        config.url(),
        config.username(),
        config.password().reveal(),
        config.connectTimeout(),
        config.requestTimeout(),
        REGISTRY_ATTEMPTS);
  }

  /** Port of the listener. */
  public int port() {
    return listener.port();
  }

  /** Where queries are answered, without a trailing slash. */
  public String url() {
    return listener.url();
  }

  public Health health() {
    return health;
  }

  /** What is served, as {@link Listener#routes()} has it. */
  public SortedSet<String> routes() {
    return listener.routes();
  }

  /** Opens when processing has failed for good and the process should end. */
  public CountDownLatch failed() {
    return streams.failed();
  }

  /** Why it failed, when the machine is to blame. */
  public Optional<EnvironmentException> failure() {
    return streams.failure();
  }

  /** Commits what is counted and stops. */
  @Override
  public void close() {
    closers.close();
  }
}
