package io.tracetide.gateway;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.gateway.http.IngestService;
import io.tracetide.gateway.intake.Dialect;
import io.tracetide.gateway.intake.InFlight;
import io.tracetide.gateway.intake.RequestRefusal;
import io.tracetide.gateway.json.JsonBodies;
import io.tracetide.gateway.lifecycle.TraceEventJson;
import io.tracetide.gateway.metric.GatewayMetrics;
import io.tracetide.gateway.otlp.OtlpJson;
import io.tracetide.gateway.otlp.OtlpProtobuf;
import io.tracetide.gateway.publish.Gate;
import io.tracetide.gateway.publish.ProducerConfigs;
import io.tracetide.gateway.publish.Publisher;
import io.tracetide.runtime.config.ConfigDigest;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.audit.AuditLog;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The gateway as a process runs it: every part opened and wired here, closed in reverse order. */
public final class GatewayApp implements AutoCloseable {

  private static final int REGISTRY_ATTEMPTS = 3;
  private static final long AUDIT_BUFFER_BYTES = 1 << 20;
  private static final Duration CLOSE_PRODUCER = Duration.ofSeconds(5);

  private final Closers closers;
  private final Health health;
  private final Listener listener;

  private GatewayApp(Closers closers, Health health, Listener listener) {
    this.closers = closers;
    this.health = health;
    this.listener = listener;
  }

  /**
   * Starts to listen. Kafka and the registry may come up later; until then requests are answered
   * 503.
   */
  public static GatewayApp start(
      GatewayConfig config, KafkaConfig kafka, RegistryConfig registry, Clock clock) {
    Closers closers = new Closers();
    try {
      SchemaRegistry schemas =
          closers.add("schema-registry", HttpSchemaRegistry.create(settings(registry)));
      Producer<byte[], byte[]> producer =
          new KafkaProducer<>(
              ProducerConfigs.of(
                  kafka, config.producer(), config.acknowledgeWithin(), config.inFlightBytes()),
              new ByteArraySerializer(),
              new ByteArraySerializer());
      AuditLog audit =
          closers.add(
              "audit-log",
              AuditLog.start(
                  schemas,
                  () ->
                      new KafkaProducer<>(
                          ProducerConfigs.of(
                              kafka, Map.of(), config.acknowledgeWithin(), AUDIT_BUFFER_BYTES),
                          new ByteArraySerializer(),
                          new ByteArraySerializer())));
      audit.record(started(config, kafka, registry, clock));
      return start(config, producer, schemas, clock, closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private static AuditEntry started(
      GatewayConfig config, KafkaConfig kafka, RegistryConfig registry, Clock clock) {
    String version = GatewayApp.class.getPackage().getImplementationVersion();
    return new AuditEntry(
        config.tenant(),
        clock.instant(),
        "gateway",
        "configuration.loaded",
        config.listener().host() + ":" + config.listener().port(),
        Map.of(
            "version",
            version == null ? "unknown" : version,
            "sha256",
            ConfigDigest.of(config, kafka, registry)));
  }

  /** The same app on any producer and registry: where tests come in. */
  static GatewayApp start(
      GatewayConfig config,
      Producer<byte[], byte[]> producer,
      SchemaRegistry registry,
      Clock clock,
      Closers closers) {
    closers.add("kafka-producer", () -> producer.close(CLOSE_PRODUCER));
    AvroEncoder<TraceEvent> encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
    Masker masker = Masker.of(config.privacy());
    InFlight inFlight = new InFlight(config.inFlightBytes());
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    closers.add("meters", meters::close);
    Publisher publisher = new Publisher(producer, Topics.TRACES, config.unhealthyAfter());
    Gate gate =
        closers.add(
            "gate",
            Gate.start(
                List.of(
                    new Gate.Step(
                        "kafka",
                        RequestRefusal.KAFKA_UNAVAILABLE,
                        () -> producer.partitionsFor(Topics.TRACES)),
                    new Gate.Step(
                        "schema-registry",
                        RequestRefusal.REGISTRY_UNAVAILABLE,
                        () -> encoder.encode(Probe.event(clock.instant()))))));
    Health health = new Health();
    health.register("kafka", () -> both(gate.health("kafka"), publisher.health()));
    health.register("schema-registry", () -> gate.health("schema-registry"));
    IngestService.Ingest ingest =
        new IngestService.Ingest(
            config.tenant(),
            clock,
            config.event(),
            config.body(),
            encoder::encode,
            masker,
            inFlight,
            gate,
            publisher,
            new GatewayMetrics(meters, inFlight, masker.classes()),
            workers(closers));
    Listener listener =
        closers.add(
            "listener",
            Listener.start(
                config.listener(), health, meters, server -> routes(server, config, ingest)));
    return new GatewayApp(closers, health, listener);
  }

  private static void routes(
      ServerBuilder server, GatewayConfig config, IngestService.Ingest ingest) {
    JsonBodies json = new JsonBodies(config.body());
    Dialect protobuf = new OtlpProtobuf();
    Dialect otlpJson = new OtlpJson(json, config.body().jsonValues());
    Dialect events = new TraceEventJson(json, config.body().jsonValues());
    post(
        server,
        "/v1/traces",
        config,
        new IngestService(
            Map.of(OtlpProtobuf.CONTENT_TYPE, protobuf, OtlpJson.CONTENT_TYPE, otlpJson),
            otlpJson,
            ingest));
    post(
        server,
        "/v1/trace-events",
        config,
        new IngestService(Map.of(TraceEventJson.CONTENT_TYPE, events), events, ingest));
    byte[] index =
        json.write(
            Map.of(
                "service",
                "tracetide gateway",
                "endpoints",
                List.of("POST /v1/traces", "POST /v1/trace-events")));
    server.service("/", (ctx, req) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, index));
  }

  private static void post(
      ServerBuilder server, String path, GatewayConfig config, IngestService service) {
    // The service answers what is too large, in its sender's dialect; a sender that does not listen
    // is cut off.
    server.route().post(path).maxRequestLength(2L * config.body().wireBytes()).build(service);
  }

  private static HealthStatus both(HealthStatus first, HealthStatus second) {
    return first.isUp() ? second : first;
  }

  /**
   * As many as there are processors: they compute, and the bytes that may wait for them are bounded
   * elsewhere.
   */
  private static Executor workers(Closers closers) {
    AtomicInteger number = new AtomicInteger();
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService workers =
        new ThreadPoolExecutor(
            threads,
            threads,
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

  private static RegistrySettings settings(RegistryConfig registry) {
    return new RegistrySettings(
        registry.url(),
        registry.username(),
        registry.password().reveal(),
        registry.connectTimeout(),
        registry.requestTimeout(),
        REGISTRY_ATTEMPTS);
  }

  public int port() {
    return listener.port();
  }

  public String url() {
    return listener.url();
  }

  public Health health() {
    return health;
  }

  @Override
  public void close() {
    closers.close();
  }
}
