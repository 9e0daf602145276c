package io.tracetide.client;

import io.tracetide.client.context.RandomId;
import io.tracetide.client.context.TraceParent;
import io.tracetide.client.context.TraceState;
import io.tracetide.client.resource.ResourceSample;
import io.tracetide.client.text.Texts;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.RegistrySettings;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the traces and metrics of a service to Kafka.
 *
 * <p>No call waits for the network or throws because Kafka or the registry is unavailable. Events
 * wait in a bounded queue, from which the oldest are dropped when it is full; {@link #stats} counts
 * them.
 *
 * <pre>{@code
 * TraceEmitter emitter = TraceEmitter.builder()
 *     .bootstrapServers("kafka:9092")
 *     .schemaRegistry("http://registry:8081")
 *     .serviceName("checkout")
 *     .build();
 *
 * try (ExecutionTrace trace = emitter.startExecutionTrace("place order")) {
 *   trace.update("reserving stock");
 *   trace.progress(40);
 *   trace.complete();
 * }
 * }</pre>
 *
 * <p>One emitter serves a whole process; it is safe for use by any number of threads.
 */
public final class TraceEmitter implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final EmitterSettings settings;
  private final Clock clock;
  private final Outlets outlets;
  private final Sampler sampler;
  private final @Nullable ResourceMonitor monitor;

  private TraceEmitter(EmitterSettings settings, Clock clock, Wiring wiring) {
    this.settings = settings;
    this.clock = clock;
    this.outlets = new Outlets(settings, wiring);
    this.sampler = new Sampler(settings.sampling());
    this.monitor =
        settings.resources().enabled() ? new ResourceMonitor(settings, clock, this::emit) : null;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Starts an emitter with the settings in the environment of this process. */
  public static TraceEmitter fromEnvironment() {
    return start(EmitterSettings.fromEnvironment());
  }

  /** Starts an emitter. It connects later: Kafka and the registry may be unavailable now. */
  public static TraceEmitter start(EmitterSettings settings) {
    return start(settings, Clock.systemUTC());
  }

  /** Starts an emitter with a clock. */
  public static TraceEmitter start(EmitterSettings settings, Clock clock) {
    return start(settings, clock, Wiring.of(settings));
  }

  /**
   * Starts an emitter with a Kafka producer instead of one made from the settings, such as {@code
   * MockProducer} in the tests of a service. The emitter closes it.
   *
   * @param producer is called before the first event is sent, and again after it failed or the
   *     producer had a fatal error
   */
  public static TraceEmitter start(
      EmitterSettings settings, Clock clock, Supplier<Producer<byte[], byte[]>> producer) {
    return start(settings, clock, new Wiring(producer, Wiring.of(settings).serializer()));
  }

  static TraceEmitter start(EmitterSettings settings, Clock clock, Wiring wiring) {
    TraceEmitter emitter = new TraceEmitter(settings, clock, wiring);
    emitter.outlets.start();
    if (emitter.monitor != null) {
      emitter.monitor.start();
    }
    return emitter;
  }

  /** Starts a new trace and publishes its STARTED event. */
  public ExecutionTrace startExecutionTrace(String operation) {
    return startExecutionTrace(operation, null, Map.of());
  }

  /**
   * Starts a new trace with a business context.
   *
   * @param context identifiers in every event of the trace
   * @param tags of every event of the trace
   */
  public ExecutionTrace startExecutionTrace(
      String operation, @Nullable TraceContext context, Map<String, String> tags) {
    return startExecutionTrace(operation, SpanKind.INTERNAL, context, tags);
  }

  /**
   * Starts a new trace of a kind other than {@code INTERNAL}.
   *
   * @param kind {@code SERVER} for a request, {@code CONSUMER} for a message
   */
  public ExecutionTrace startExecutionTrace(
      String operation, SpanKind kind, @Nullable TraceContext context, Map<String, String> tags) {
    String traceId = RandomId.trace();
    return ExecutionTrace.start(
        this, traceId, null, sampler.begin(traceId), operation, kind, context, tags);
  }

  /**
   * Starts a span in the trace of a caller.
   *
   * @param traceparent the W3C header; when it is missing or invalid, a new trace is started
   * @param tracestate the W3C header; empty or null for none
   */
  public ExecutionTrace startFrom(
      @Nullable String traceparent, @Nullable String tracestate, String operation) {
    return startFrom(traceparent, tracestate, operation, SpanKind.SERVER, null, Map.of());
  }

  /**
   * Starts a span of any kind in the trace of a caller.
   *
   * @param kind {@code SERVER} for a request, {@code CONSUMER} for a message
   * @param context business identifiers in every event
   * @param tags of every event
   */
  public ExecutionTrace startFrom(
      @Nullable String traceparent,
      @Nullable String tracestate,
      String operation,
      SpanKind kind,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    TraceParent caller = TraceParent.parse(traceparent).orElse(null);
    if (caller == null) {
      return startExecutionTrace(operation, kind, context, tags);
    }
    return ExecutionTrace.start(
        this,
        caller.traceId(),
        caller.spanId(),
        sampler.follow(caller, TraceState.parse(tracestate)),
        operation,
        kind,
        context,
        tags);
  }

  /**
   * Starts a child span of a span in another process, such as an agent's part of a workflow.
   *
   * @param traceId {@link ExecutionTrace#traceId} of the parent
   * @param parentSpanId {@link ExecutionTrace#spanId} of the parent
   */
  public ExecutionTrace joinExecutionTrace(
      String traceId,
      String parentSpanId,
      String operation,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    return joinExecutionTrace(traceId, parentSpanId, operation, SpanKind.INTERNAL, context, tags);
  }

  /** Starts a child span of a kind other than {@code INTERNAL}. */
  public ExecutionTrace joinExecutionTrace(
      String traceId,
      String parentSpanId,
      String operation,
      SpanKind kind,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    if (Texts.isTraceId(traceId)) {
      return ExecutionTrace.start(
          this, traceId, parentSpanId, sampler.join(traceId), operation, kind, context, tags);
    }
    return startExecutionTrace(operation, kind, context, tags);
  }

  /**
   * Publishes an event unchanged. Never blocks and never throws; an event that cannot be sent is
   * counted in {@link #stats}.
   */
  public void emit(TraceEvent event) {
    outlets.traces().emit(event);
  }

  /**
   * Publishes a sample unchanged. Never blocks and never throws; a sample that cannot be sent is
   * counted in {@link #metricStats}.
   */
  public void emit(MetricSample sample) {
    outlets.metrics().emit(sample);
  }

  Outlet<TraceEvent> traces() {
    return outlets.traces();
  }

  /**
   * Waits until everything emitted before the call has been acknowledged by Kafka or dropped.
   *
   * @return false after the timeout
   */
  public boolean flush(Duration timeout) {
    return outlets.flush(timeout);
  }

  /** Counts of the trace events so far. */
  public EmitterStats stats() {
    return outlets.traces().stats();
  }

  /** Counts of the metric samples so far. */
  public EmitterStats metricStats() {
    return outlets.metrics().stats();
  }

  /** The settings of this emitter. */
  public EmitterSettings settings() {
    return settings;
  }

  /** Closes with a timeout of 5 s. */
  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  /**
   * Sends the queued events and ends. Events emitted from now on are dropped and counted.
   *
   * @return false when events were dropped because of the timeout
   */
  public boolean close(Duration timeout) {
    if (monitor != null) {
      monitor.stop();
    }
    return outlets.close(timeout);
  }

  Clock clock() {
    return clock;
  }

  /** The last measurement; null when traces do not carry it, or before the first one. */
  @Nullable ResourceSample measured() {
    return monitor == null || !settings.resources().onTraces() ? null : monitor.latest();
  }

  /** Settings of an emitter; {@link #build} starts it. A later value replaces an earlier one. */
  public static final class Builder {

    private final Map<String, String> properties = new HashMap<>();
    private Clock clock = Clock.systemUTC();

    private Builder() {}

    /** Kafka's brokers, {@code host:port} separated by commas. Required. */
    public Builder bootstrapServers(String servers) {
      return set(Setting.BOOTSTRAP_SERVERS, servers);
    }

    /** Base URL of the schema registry. Required, here or with credentials. */
    public Builder schemaRegistry(String url) {
      return set(Setting.SCHEMA_REGISTRY_URL, url);
    }

    /** The schema registry, with credentials and timeouts. */
    public Builder schemaRegistry(RegistrySettings registry) {
      if (!registry.username().isEmpty()) {
        set(Setting.SCHEMA_REGISTRY_USER_INFO, registry.username() + ":" + registry.password());
      }
      return schemaRegistry(registry.url())
          .serializerProperty(
              "http.connect.timeout.ms", Long.toString(registry.connectTimeout().toMillis()))
          .serializerProperty(
              "http.read.timeout.ms", Long.toString(registry.requestTimeout().toMillis()))
          .serializerProperty("max.retries", Integer.toString(registry.maxAttempts() - 1));
    }

    /** Name of the service. Required. */
    public Builder serviceName(String name) {
      return set(Setting.SERVICE_NAME, name);
    }

    /** Owner of the traces; {@code default} unless several tenants share the cluster. */
    public Builder tenant(String id) {
      return set(Setting.TENANT, id);
    }

    /** Id of this instance of the service; host and process id unless set. */
    public Builder instance(String id) {
      return set(Setting.INSTANCE, id);
    }

    /** Events that may wait for Kafka before the oldest are dropped; 30,000 unless set. */
    public Builder queueCapacity(int events) {
      return set(Setting.QUEUE_EVENTS, Integer.toString(events));
    }

    /** Bytes of heap that waiting events may hold, about; 16 MiB unless set. */
    public Builder queueBytes(long bytes) {
      return set(Setting.QUEUE_BYTES, Long.toString(bytes));
    }

    /** Which spans are published; all of them unless set. */
    public Builder sampling(Sampling sampling) {
      set(Setting.SAMPLING, Double.toString(sampling.probability()));
      set(Setting.SAMPLING_FOLLOW_CALLERS, Boolean.toString(sampling.followCallers()));
      return set(Setting.SAMPLING_SLOWER_THAN, sampling.slowerThan().toString());
    }

    /** Whether process and host are measured, for their metrics and on traces; true unless set. */
    public Builder resourceMetrics(boolean enabled) {
      return set(Setting.RESOURCES, Boolean.toString(enabled));
    }

    /** A serializer other than Tracetide's, such as {@code io.confluent...KafkaAvroSerializer}. */
    public Builder valueSerializer(String className) {
      return set(Setting.VALUE_SERIALIZER, className);
    }

    /** Any property of the serializer, such as {@code auto.register.schemas}. */
    public Builder serializerProperty(String name, String value) {
      properties.put(Setting.SERIALIZER_PREFIX + name, value);
      return this;
    }

    /** Any property of Kafka's producer, such as {@code security.protocol}. */
    public Builder kafkaProperty(String name, String value) {
      properties.put(Setting.KAFKA_PREFIX + name, value);
      return this;
    }

    /** Adds every property that begins with {@code tracetide.}. */
    public Builder properties(Properties from) {
      for (String name : from.stringPropertyNames()) {
        if (name.startsWith(Setting.PREFIX)) {
          properties.put(name, from.getProperty(name));
        }
      }
      return this;
    }

    /** Adds every variable that begins with {@code TRACETIDE_}. */
    public Builder environment(Map<String, String> variables) {
      properties.putAll(EmitterSettings.properties(variables));
      return this;
    }

    /** Source of the events' timestamps. */
    public Builder clock(Clock source) {
      clock = source;
      return this;
    }

    private Builder set(Setting setting, String value) {
      properties.put(setting.property(), value);
      return this;
    }

    /**
     * Starts the emitter. It connects later: Kafka and the registry may be unavailable now.
     *
     * @throws InvalidSettingsException naming all missing and invalid settings
     */
    public TraceEmitter build() {
      return start(settings(), clock);
    }

    EmitterSettings settings() {
      return EmitterSettings.of(properties);
    }
  }
}
