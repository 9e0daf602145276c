package io.tracetide.runtime.kafka.role;

import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.kafka.audit.RoleAudit;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.KafkaReadings;
import io.tracetide.runtime.kafka.client.RegistryClients;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import io.tracetide.runtime.kafka.streams.SupervisedStreams;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.meter.KafkaMeters;
import io.tracetide.schemas.audit.AuditLog;
import io.tracetide.schemas.broker.BrokerAccess;
import io.tracetide.schemas.registry.RegistryWatch;
import io.tracetide.schemas.size.BoundedProducer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a role with a Streams application, in the order in which they start: the schema
 * registry, access to Kafka, health, audit entries, and at last the application itself. The role
 * adds its own parts to the same {@link Closers} in between.
 */
public final class StreamsRole {

  /** Time to wait for Kafka at the start; afterwards the start continues in the background. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

  private final String name;
  private final KafkaConfig kafka;
  private final Clock clock;
  private final Closers closers;
  private final PrometheusMeterRegistry meters;
  private final RegistryWatch registry;
  private final BrokerAccess access;
  private final Health health = new Health();
  private final RestoreProgress progress;
  private volatile @Nullable SupervisedStreams streams;

  private StreamsRole(
      String name,
      KafkaConfig kafka,
      RegistryConfig registryConfig,
      Clock clock,
      Closers closers,
      PrometheusMeterRegistry meters) {
    this.name = name;
    this.kafka = kafka;
    this.clock = clock;
    this.closers = closers;
    this.meters = meters;
    closers.add("meters", meters::close);
    registry =
        closers.add("schema-registry", RegistryWatch.of(RegistryClients.create(registryConfig)));
    access = BrokerAccess.start(kafka.bootstrapServers(), kafka.properties());
    progress = new RestoreProgress(clock);
    health.register(
        "kafka", () -> access.trouble().map(HealthStatus::down).orElseGet(HealthStatus::up));
    health.register("streams", this::streamsHealth);
    health.register(
        "schema-registry",
        () -> registry.problem().map(HealthStatus::down).orElseGet(HealthStatus::up));
  }

  /**
   * Opens the registry, access to Kafka, and health.
   *
   * @param name name of the role, and prefix of its meters
   * @param meters closed with the other parts
   */
  public static StreamsRole open(
      String name,
      KafkaConfig kafka,
      RegistryConfig registry,
      Clock clock,
      Closers closers,
      PrometheusMeterRegistry meters) {
    return new StreamsRole(name, kafka, registry, clock, closers, meters);
  }

  private HealthStatus streamsHealth() {
    SupervisedStreams built = streams;
    return built == null ? HealthStatus.down("streams are CREATED") : built.health();
  }

  /**
   * Opens the audit entries of the role.
   *
   * @param producer properties of their producer
   */
  public RoleAudit audit(ClientProperties producer) {
    Map<String, Object> settings = producer.toMap();
    AuditLog log =
        closers.add(
            "audit-log",
            AuditLog.start(registry, () -> client(() -> new BoundedProducer(settings))));
    return new RoleAudit(name, log, clock);
  }

  /** Waits for the first response of Kafka, then creates a client. */
  public <T> T client(Supplier<T> create) {
    return access.client(create);
  }

  /**
   * Builds the Streams application; {@code start} starts it.
   *
   * @param build creates the application, again after its state was damaged
   * @param connected called with each application that was built, before it starts
   */
  public SupervisedStreams build(
      Properties settings, Supplier<KafkaStreams> build, Consumer<KafkaStreams> connected) {
    SupervisedStreams built =
        closers.add(
            "streams",
            SupervisedStreams.create(
                name,
                settings,
                build,
                created -> {
                  connected.accept(created);
                  return bindAllMeters(created);
                },
                progress,
                meters,
                clock));
    streams = built;
    KafkaMeters.ofStreams(meters, () -> KafkaReadings.of(built.current().metrics()));
    return built;
  }

  /**
   * Starts the Streams application, now or when Kafka responds for the first time. Access to Kafka
   * is closed before all other parts, which ends all waiting for Kafka.
   */
  public void start(SupervisedStreams built) {
    closers.add("kafka-access", access);
    if (access.await(FIRST_ANSWER)) {
      built.start();
    } else {
      access.whenReached(built::startOrFail);
    }
  }

  /**
   * Exports the metrics of each client and thread. Those of single tasks and stores are excluded,
   * because there are thousands, and so is the tag with the id of the process, which changes at
   * every start.
   */
  private AutoCloseable bindAllMeters(KafkaStreams created) {
    if (kafka.meters() != KafkaConfig.Meters.ALL) {
      return () -> {};
    }
    meters
        .config()
        .meterFilter(
            MeterFilter.deny(
                id -> id.getName().startsWith("kafka.") && id.getTag("task.id") != null))
        .meterFilter(MeterFilter.ignoreTags("process.id"));
    KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(created);
    metrics.bindTo(meters);
    return metrics;
  }

  public PrometheusMeterRegistry meters() {
    return meters;
  }

  public RegistryWatch registry() {
    return registry;
  }

  public Health health() {
    return health;
  }

  /** Progress of restoring the state stores. */
  public RestoreProgress progress() {
    return progress;
  }

  public Closers closers() {
    return closers;
  }
}
