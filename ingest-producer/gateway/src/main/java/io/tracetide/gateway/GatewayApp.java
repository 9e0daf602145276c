package io.tracetide.gateway;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.gateway.http.BodyReceiver;
import io.tracetide.gateway.limit.TenantRates;
import io.tracetide.gateway.metric.GatewayMetrics;
import io.tracetide.gateway.publish.Gate;
import io.tracetide.gateway.publish.Packing;
import io.tracetide.gateway.publish.Publisher;
import io.tracetide.gateway.receive.IngestPipeline;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.RecordBatches;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Callers;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.kafka.audit.RoleAudit;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.KafkaReadings;
import io.tracetide.runtime.kafka.client.RegistryClients;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.meter.KafkaMeters;
import io.tracetide.runtime.meter.RoleMeters;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.audit.AuditLog;
import io.tracetide.schemas.broker.BrokerAccess;
import io.tracetide.schemas.registry.RegistryWatch;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.Topics;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.LoggerFactory;

/** The process of the gateway: opens and wires all parts, and closes them in reverse order. */
public final class GatewayApp implements AutoCloseable {

  /** One worker per processor, because decoding is CPU-bound. */
  private static final int WORKERS = Runtime.getRuntime().availableProcessors();

  private static final int REGISTRY_ATTEMPTS = 3;
  private static final Duration CLOSE_PRODUCER = Duration.ofSeconds(5);

  private final Closers closers;
  private final Health health;
  private final Listener listener;
  private final Listener grpc;

  private GatewayApp(Closers closers, Health health, Listener listener, Listener grpc) {
    this.closers = closers;
    this.health = health;
    this.listener = listener;
    this.grpc = grpc;
  }

  /**
   * Starts to listen. Kafka and the registry may come up later; until then requests are answered
   * 503.
   */
  public static GatewayApp start(
      GatewayConfig config, KafkaConfig kafka, RegistryConfig registry, Clock clock) {
    LoggerFactory.getLogger(GatewayApp.class)
        .info("gateway starting version={}", BuildVersion.text());
    return Closers.start(closers -> start(config, kafka, registry, clock, closers));
  }

  private static GatewayApp start(
      GatewayConfig config,
      KafkaConfig kafka,
      RegistryConfig registry,
      Clock clock,
      Closers closers) {
    SchemaRegistry schemas =
        closers.add("schema-registry", RegistryClients.create(registry, REGISTRY_ATTEMPTS));
    Producer<byte[], byte[]> producer = producer(config.producer(kafka));
    BrokerAccess access = BrokerAccess.start(kafka.bootstrapServers(), kafka.properties());
    ClientProperties ofAudit = config.auditProducer(kafka);
    AuditLog log =
        closers.add(
            "audit-log", AuditLog.start(schemas, () -> access.client(() -> producer(ofAudit))));
    closers.add("kafka-access", access);
    RoleAudit audit = new RoleAudit("gateway", log, clock);
    audit.started(
        config.tenant(),
        config.listener().host() + ":" + config.listener().port(),
        config,
        kafka,
        registry);
    return start(
        config, kafka.meters(), producer, access::require, schemas, clock, audit::access, closers);
  }

  private static Producer<byte[], byte[]> producer(ClientProperties properties) {
    return new KafkaProducer<>(
        properties.toMap(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** The same app on any producer and registry, without an audit trail: where tests come in. */
  static GatewayApp start(
      GatewayConfig config,
      Producer<byte[], byte[]> producer,
      SchemaRegistry registry,
      Clock clock,
      Closers closers) {
    return start(
        config,
        KafkaConfig.Meters.SELECTED,
        producer,
        () -> {},
        registry,
        clock,
        event -> {},
        closers);
  }

  private static GatewayApp start(
      GatewayConfig config,
      KafkaConfig.Meters kafkaMeters,
      Producer<byte[], byte[]> producer,
      Runnable requireAccess,
      SchemaRegistry registry,
      Clock clock,
      Consumer<AccessEvent> record,
      Closers closers) {
    closers.add("kafka-producer", () -> producer.close(CLOSE_PRODUCER));
    RegistryWatch watched = closers.add("registry-watch", RegistryWatch.of(registry));
    AvroRecords encoder = AvroRecords.of(watched);
    Masker masker = Masker.of(config.privacy());
    InFlight inFlight = new InFlight(config.inFlightBytes());
    PrometheusMeterRegistry meters = RoleMeters.create(GatewayMetrics.HELP, TenantRates.HELP);
    closers.add("meters", meters::close);
    KafkaMeters.ofProducers(meters, () -> KafkaReadings.of(producer.metrics()));
    if (kafkaMeters == KafkaConfig.Meters.ALL) {
      KafkaClientMetrics all = closers.add("kafka-metrics", new KafkaClientMetrics(producer));
      all.bindTo(meters);
    }
    Packing packing =
        config.batches()
            ? Packing.batches(
                () -> producer.partitionsFor(Topics.TRACE_BATCHES).size(),
                encoder.batches()::schemaId)
            : Packing.singles();
    Publisher publisher = new Publisher(producer, packing, config.unhealthyAfter());
    Gate gate =
        closers.add("gate", gate(config.batches(), requireAccess, producer, encoder, clock));
    Health health = new Health();
    health.register("kafka", () -> both(gate.health("kafka"), publisher.health()));
    health.register(
        "schema-registry", () -> both(gate.health("schema-registry"), answering(watched)));
    IngestPipeline ingest =
        new IngestPipeline(
            new IngestPipeline.Parts(
                clock,
                new RecordBatches(config.event(), config.body(), encoder, masker),
                new TenantRates(config.rates(), meters, System::nanoTime),
                inFlight,
                gate,
                publisher,
                new GatewayMetrics(meters, inFlight, masker.classes()),
                new IngestPipeline.Workers(workers(closers), WORKERS)));
    BodyReceiver entrance =
        new BodyReceiver(ingest, context -> Callers.of(context).sendsFor().orElse(config.tenant()));
    GatewayRoutes routes = new GatewayRoutes(config.body(), entrance);
    // Every route either receives traces or describes how to send them.
    Admission admission =
        new Admission((method, route) -> Access.INGEST_WORK, false, clock, record);
    Listener listener =
        closers.add(
            "listener", Listener.start(config.listener(), admission, health, meters, routes::http));
    Listener grpc =
        closers.add(
            "grpc-listener",
            Listener.startFurther(config.grpc(), admission, health, meters, routes::grpc));
    return new GatewayApp(closers, health, listener, grpc);
  }

  /** What must work before requests are admitted. */
  private static Gate gate(
      boolean batches,
      Runnable requireAccess,
      Producer<byte[], byte[]> producer,
      AvroRecords encoder,
      Clock clock) {
    return Gate.start(
        List.of(
            new Gate.Step(
                "kafka",
                RequestRefusal.KAFKA_UNAVAILABLE,
                () -> {
                  requireAccess.run();
                  producer.partitionsFor(Topics.TRACES);
                  producer.partitionsFor(Topics.METRICS);
                  if (batches) {
                    producer.partitionsFor(Topics.TRACE_BATCHES);
                  }
                }),
            new Gate.Step(
                "schema-registry",
                RequestRefusal.REGISTRY_UNAVAILABLE,
                () -> {
                  encoder.encode(Probe.event(clock.instant()));
                  encoder.encode(Probe.sample(clock.instant()));
                  if (batches) {
                    encoder.batches().schemaId();
                  }
                })));
  }

  private static HealthStatus answering(RegistryWatch registry) {
    return registry.problem().map(HealthStatus::down).orElseGet(HealthStatus::up);
  }

  private static HealthStatus both(HealthStatus first, HealthStatus second) {
    return first.isUp() ? second : first;
  }

  /**
   * The queue is unbounded here, because waiting bodies are limited by bytes in flight and waiting
   * time.
   */
  private static Executor workers(Closers closers) {
    AtomicInteger number = new AtomicInteger();
    ExecutorService workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "gateway-worker-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    closers.add("workers", workers::shutdownNow);
    return workers;
  }

  public int port() {
    return listener.port();
  }

  public String url() {
    return listener.url();
  }

  /** Address of the gRPC listener, {@code host:port}. */
  public String grpcAddress() {
    return URI.create(grpc.url()).getAuthority();
  }

  public Health health() {
    return health;
  }

  /** The routes of HTTP, as in {@link Listener#routes()}. */
  public SortedSet<String> routes() {
    return listener.routes();
  }

  /** The routes of gRPC. */
  public SortedSet<String> grpcRoutes() {
    return grpc.routes();
  }

  @Override
  public void close() {
    closers.close();
  }
}
