package io.tracetide.gateway;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.lifecycle.TraceEventJson;
import io.tracetide.gateway.format.lifecycle.TraceEventLines;
import io.tracetide.gateway.format.otlp.OtlpJson;
import io.tracetide.gateway.format.otlp.OtlpMetricsJson;
import io.tracetide.gateway.format.otlp.OtlpMetricsProtobuf;
import io.tracetide.gateway.format.otlp.OtlpProtobuf;
import io.tracetide.gateway.format.otlp.WriterConflicts;
import io.tracetide.gateway.format.zipkin.ZipkinJson;
import io.tracetide.gateway.grpc.ExportService;
import io.tracetide.gateway.http.BodyReceiver;
import io.tracetide.gateway.http.IngestService;
import io.tracetide.gateway.limit.TenantRates;
import io.tracetide.gateway.metric.GatewayMetrics;
import io.tracetide.gateway.publish.Gate;
import io.tracetide.gateway.publish.ProducerConfigs;
import io.tracetide.gateway.publish.Publisher;
import io.tracetide.gateway.receive.IngestPipeline;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatches;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.config.ConfigDigest;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Callers;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.meter.KafkaMeters;
import io.tracetide.runtime.meter.Reading;
import io.tracetide.runtime.meter.RoleMeters;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.audit.AuditLog;
import io.tracetide.schemas.broker.BrokerAccess;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.RegistryWatch;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.Topics;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.LoggerFactory;

/** The gateway as a process runs it: every part opened and wired here, closed in reverse order. */
public final class GatewayApp implements AutoCloseable {

  /** They compute, so there are as many as processors. */
  private static final int WORKERS = Runtime.getRuntime().availableProcessors();

  private static final int REGISTRY_ATTEMPTS = 3;
  private static final long AUDIT_BUFFER_BYTES = 1 << 20;
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
      BrokerAccess access = BrokerAccess.start(kafka.bootstrapServers(), kafka.properties());
      AuditLog audit =
          closers.add(
              "audit-log",
              AuditLog.start(
                  schemas,
                  () ->
                      access.client(
                          () ->
                              new KafkaProducer<>(
                                  ProducerConfigs.of(
                                      kafka,
                                      Map.of(),
                                      config.acknowledgeWithin(),
                                      AUDIT_BUFFER_BYTES),
                                  new ByteArraySerializer(),
                                  new ByteArraySerializer()))));
      closers.add("kafka-access", access);
      audit.record(started(config, kafka, registry, clock));
      return start(
          config,
          kafka.meters(),
          producer,
          access::require,
          schemas,
          clock,
          event -> audit.record(entry(event, clock)),
          closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private static AuditEntry started(
      GatewayConfig config, KafkaConfig kafka, RegistryConfig registry, Clock clock) {
    return new AuditEntry(
        config.tenant(),
        clock.instant(),
        "gateway",
        "configuration.loaded",
        config.listener().host() + ":" + config.listener().port(),
        Map.of("version", BuildVersion.text(), "sha256", ConfigDigest.of(config, kafka, registry)));
  }

  private static AuditEntry entry(AccessEvent event, Clock clock) {
    return new AuditEntry(
        event.tenant(),
        clock.instant(),
        event.actor(),
        event.action(),
        "gateway:" + event.subject(),
        event.details());
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
    KafkaMeters.ofProducers(meters, () -> readings(producer.metrics()));
    if (kafkaMeters == KafkaConfig.Meters.ALL) {
      KafkaClientMetrics all = closers.add("kafka-metrics", new KafkaClientMetrics(producer));
      all.bindTo(meters);
    }
    Publisher publisher = new Publisher(producer, config.unhealthyAfter());
    Gate gate =
        closers.add(
            "gate",
            Gate.start(
                List.of(
                    new Gate.Step(
                        "kafka",
                        RequestRefusal.KAFKA_UNAVAILABLE,
                        () -> {
                          requireAccess.run();
                          producer.partitionsFor(Topics.TRACES);
                          producer.partitionsFor(Topics.METRICS);
                        }),
                    new Gate.Step(
                        "schema-registry",
                        RequestRefusal.REGISTRY_UNAVAILABLE,
                        () -> {
                          encoder.encode(Probe.event(clock.instant()));
                          encoder.encode(Probe.sample(clock.instant()));
                        }))));
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
    WriterConflicts conflicts = new WriterConflicts();
    // Whatever is served here takes work in, or says how.
    Admission admission =
        new Admission((method, route) -> Access.INGEST_WORK, false, clock, record);
    Listener listener =
        closers.add(
            "listener",
            Listener.start(
                config.listener(),
                admission,
                health,
                meters,
                server -> routes(server, config, entrance, conflicts)));
    Listener grpc =
        closers.add(
            "grpc-listener",
            Listener.startFurther(
                config.grpc(),
                admission,
                health,
                meters,
                server -> calls(server, config, entrance, conflicts)));
    return new GatewayApp(closers, health, listener, grpc);
  }

  /** What the clients keep of themselves; values are read when they are asked for. */
  private static Stream<Reading> readings(Map<MetricName, ? extends Metric> metrics) {
    return metrics.values().stream()
        .map(
            metric ->
                new Reading(
                    metric.metricName().group(),
                    metric.metricName().name(),
                    metric.metricName().tags(),
                    metric::metricValue));
  }

  private static void routes(
      ServerBuilder server,
      GatewayConfig config,
      BodyReceiver entrance,
      WriterConflicts conflicts) {
    BodyLimits limits = config.body();
    JsonBodies json = new JsonBodies(limits);
    PayloadFormat traces = new OtlpJson(json, limits.jsonValues());
    PayloadFormat metrics = new OtlpMetricsJson(json, limits.jsonValues(), conflicts);
    PayloadFormat zipkin = new ZipkinJson(json);
    PayloadFormat events = new TraceEventJson(json, limits.jsonValues());
    PayloadFormat lines = new TraceEventLines(json, limits.jsonValues());
    Map<String, PayloadFormat> ours = new HashMap<>();
    ours.put(TraceEventJson.CONTENT_TYPE, events);
    TraceEventLines.CONTENT_TYPES.forEach(type -> ours.put(type, lines));
    post(
        server,
        config,
        "/v1/traces",
        Map.of(OtlpProtobuf.CONTENT_TYPE, new OtlpProtobuf(), OtlpJson.CONTENT_TYPE, traces),
        traces,
        entrance);
    post(
        server,
        config,
        "/v1/metrics",
        Map.of(
            OtlpProtobuf.CONTENT_TYPE,
            new OtlpMetricsProtobuf(conflicts),
            OtlpJson.CONTENT_TYPE,
            metrics),
        metrics,
        entrance);
    post(
        server, config, "/api/v2/spans", Map.of(ZipkinJson.CONTENT_TYPE, zipkin), zipkin, entrance);
    post(server, config, "/v1/trace-events", ours, events, entrance);
    byte[] index =
        json.write(
            new Index(
                "tracetide gateway",
                List.of(
                    "POST /v1/traces",
                    "POST /v1/metrics",
                    "POST /api/v2/spans",
                    "POST /v1/trace-events")));
    server
        .route()
        .path("/")
        .methods(HttpMethod.GET, HttpMethod.HEAD)
        .build((ctx, req) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, index));
  }

  /** What a person sees who opens the address in a browser. */
  private record Index(String service, List<String> endpoints) {}

  /** Every call there may be: the service tells unknown ones apart, as gRPC does. */
  private static void calls(
      ServerBuilder server,
      GatewayConfig config,
      BodyReceiver entrance,
      WriterConflicts conflicts) {
    server
        .route()
        .post("/{service}/{method}")
        .maxRequestLength(2L * config.body().wireBytes())
        .build(
            new ExportService(
                Map.of(
                    ExportService.TRACES, new OtlpProtobuf("otlp_grpc"),
                    ExportService.METRICS, new OtlpMetricsProtobuf("otlp_metrics_grpc", conflicts)),
                entrance));
  }

  private static void post(
      ServerBuilder server,
      GatewayConfig config,
      String path,
      Map<String, PayloadFormat> dialects,
      PayloadFormat fallback,
      BodyReceiver entrance) {
    // The service answers what is too large, in its sender's dialect; a sender that does not listen
    // is cut off.
    server
        .route()
        .post(path)
        .maxRequestLength(2L * config.body().wireBytes())
        .build(new IngestService(dialects, fallback, entrance));
  }

  private static HealthStatus answering(RegistryWatch registry) {
    return registry.problem().map(HealthStatus::down).orElseGet(HealthStatus::up);
  }

  private static HealthStatus both(HealthStatus first, HealthStatus second) {
    return first.isUp() ? second : first;
  }

  /** What may wait for them is bounded elsewhere, in bytes and in time. */
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

  /** Where gRPC is served, {@code host:port}. */
  public String grpcAddress() {
    return URI.create(grpc.url()).getAuthority();
  }

  public Health health() {
    return health;
  }

  /** What is served over HTTP, as {@link Listener#routes()} has it. */
  public SortedSet<String> routes() {
    return listener.routes();
  }

  /** The same of gRPC. */
  public SortedSet<String> grpcRoutes() {
    return grpc.routes();
  }

  @Override
  public void close() {
    closers.close();
  }
}
