package io.tracetide.alert;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.alert.api.AlertsApi;
import io.tracetide.alert.deliver.Deliverer;
import io.tracetide.alert.deliver.ReceiverStatus;
import io.tracetide.alert.history.OutcomeHistory;
import io.tracetide.alert.history.OutcomeReader;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.topology.AlertTopology;
import io.tracetide.alert.topology.StreamsAlertBook;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.config.ConfigDigest;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import io.tracetide.runtime.kafka.streams.StreamsReadings;
import io.tracetide.runtime.kafka.streams.SupervisedStreams;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.meter.KafkaMeters;
import io.tracetide.runtime.meter.RoleMeters;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.audit.AuditLog;
import io.tracetide.schemas.broker.BrokerAccess;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.RegistryWatch;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.size.BoundedProducer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alert sink: the Streams application that decides, the deliverer, and the listener that
 * answers over them.
 */
public final class SinkApp implements AutoCloseable {
  private static final int REGISTRY_ATTEMPTS = 4;
  private static final int REMEMBERED_OUTCOMES = 200;
  private static final Duration CLOSE_PRODUCER = Duration.ofSeconds(5);

  /** Kafka usually answers at once; when it does not, health is answered meanwhile. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger(SinkApp.class);

  private final Closers closers;
  private final Health health;
  private final Listener listener;
  private final SupervisedStreams streams;

  private SinkApp(Closers closers, Health health, Listener listener, SupervisedStreams streams) {
    this.closers = closers;
    this.health = health;
    this.listener = listener;
    this.streams = streams;
  }

  /**
   * Starts the sink. It is ready when its partitions are assigned and restored and notifications
   * are read; until then alerts are answered with 503. The topics must exist.
   *
   * @throws io.tracetide.runtime.http.PortInUseException when the listener's port is taken
   */
  public static SinkApp start(
      SinkConfig config, KafkaConfig kafka, RegistryConfig registry, Clock clock) {
    LOG.info("alert sink starting version={}", BuildVersion.text());
    Closers closers = new Closers();
    try {
      return start(config, new KafkaSettings(config, kafka), registry, clock, closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private static SinkApp start(
      SinkConfig config,
      KafkaSettings kafka,
      RegistryConfig registryConfig,
      Clock clock,
      Closers closers) {
    PrometheusMeterRegistry meters = RoleMeters.create(SinkMetrics.HELP);
    closers.add("meters", meters::close);
    SinkMetrics metrics = new SinkMetrics(meters);
    RegistryWatch registry =
        closers.add(
            "schema-registry",
            RegistryWatch.of(HttpSchemaRegistry.create(settings(registryConfig))));
    Health health = new Health();
    BrokerAccess access =
        BrokerAccess.start(kafka.config().bootstrapServers(), kafka.config().properties());
    health.register(
        "kafka", () -> access.trouble().map(HealthStatus::down).orElseGet(HealthStatus::up));

    Properties streamsSettings = kafka.streams(metrics);
    AlertTopology topology =
        new AlertTopology(registry, config.toRoutes(), metrics, streamsSettings);
    SupervisedStreams streams =
        closers.add(
            "streams",
            SupervisedStreams.create(
                "sink",
                streamsSettings,
                () -> new KafkaStreams(topology.get(), streamsSettings, new SinkClients()),
                running -> connect(running, kafka.config(), meters),
                new RestoreProgress(clock),
                meters,
                clock));
    KafkaMeters.ofStreams(meters, () -> StreamsReadings.of(streams.current().metrics()));
    health.register("streams", streams::health);
    health.register(
        "schema-registry",
        () -> registry.problem().map(HealthStatus::down).orElseGet(HealthStatus::up));

    Producer<byte[], byte[]> producer = new BoundedProducer(kafka.outcomes());
    closers.add("outcome-producer", () -> producer.close(CLOSE_PRODUCER));
    Deliverer deliverer =
        closers.add(
            "deliverer",
            Deliverer.start(
                config.receivers(),
                config.applicationId(),
                group -> access.client(() -> SinkClients.consumer(kafka.delivering(group))),
                producer,
                registry,
                config.delivery(),
                metrics,
                clock));
    health.register("deliverer", () -> status(deliverer));

    OutcomeHistory history = new OutcomeHistory(REMEMBERED_OUTCOMES);
    closers.add(
        "outcome-history",
        OutcomeReader.start(
            () -> access.client(() -> SinkClients.consumer(kafka.history())),
            new AvroDecoder<>(registry, NotificationOutcome.class),
            history));

    AuditLog audit =
        closers.add(
            "audit-log",
            AuditLog.start(
                registry, () -> access.client(() -> new BoundedProducer(kafka.outcomes()))));
    audit.record(started(config, kafka, registryConfig, clock));

    AlertsApi api =
        new AlertsApi(new StreamsAlertBook(streams::current), deliverer::statuses, history, clock);
    Admission admission =
        new Admission(SinkApp::access, false, clock, event -> audit.record(entry(event, clock)));
    Listener listener =
        closers.add(
            "listener", Listener.start(config.listener(), admission, health, meters, api::routes));
    closers.add("kafka-access", access);
    if (access.await(FIRST_ANSWER)) {
      streams.start();
    } else {
      access.whenReached(streams::startOrFail);
    }
    return new SinkApp(closers, health, listener, streams);
  }

  /** The figures of each client and thread, without the id that every start makes anew. */
  private static AutoCloseable connect(
      KafkaStreams streams, KafkaConfig kafka, PrometheusMeterRegistry meters) {
    if (kafka.meters() != KafkaConfig.Meters.ALL) {
      return () -> {};
    }
    meters.config().meterFilter(MeterFilter.ignoreTags("process.id"));
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
    metrics.bindTo(meters);
    return metrics;
  }

  private static AuditEntry started(
      SinkConfig config, KafkaSettings kafka, RegistryConfig registry, Clock clock) {
    return new AuditEntry(
        "default",
        clock.instant(),
        "sink",
        "configuration.loaded",
        config.applicationId(),
        Map.of(
            "version",
            BuildVersion.text(),
            "sha256",
            ConfigDigest.of(config, kafka.config(), registry)));
  }

  /** What each route asks of its caller, where the listener has tokens. */
  private static Access access(String method, String route) {
    return method.equals("GET") || method.equals("HEAD") ? Access.READ : Access.WRITE;
  }

  private static AuditEntry entry(AccessEvent event, Clock clock) {
    return new AuditEntry(
        event.tenant(),
        clock.instant(),
        event.actor(),
        event.action(),
        "sink:" + event.subject(),
        event.details());
  }

  /** A receiver that fails does not make the sink unready: the others are still told. */
  private static HealthStatus status(Deliverer deliverer) {
    boolean reading =
        deliverer.statuses().stream().allMatch(receiver -> receiver.readingTrouble().isEmpty());
    return deliverer.isAlive() && reading
        ? HealthStatus.up()
        : HealthStatus.down(
            deliverer.statuses().stream()
                .map(ReceiverStatus::summary)
                .collect(Collectors.joining("; ")));
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

  /** Where the API is served, without a trailing slash. */
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

  /** Opens when deciding has failed for good and the process should end. */
  public CountDownLatch failed() {
    return streams.failed();
  }

  /** Why it failed, when the machine is to blame. */
  public Optional<EnvironmentException> failure() {
    return streams.failure();
  }

  /** Lets what is in flight end and stops. */
  @Override
  public void close() {
    closers.close();
  }
}
