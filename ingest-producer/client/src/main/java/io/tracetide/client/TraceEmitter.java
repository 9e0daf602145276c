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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the traces of a service's work to Kafka.
 *
 * <p>The application comes first. No call waits for the network, none throws because Kafka or the
 * registry is away; events wait in a bounded queue, the oldest give way when it is full, and {@link
 * #stats} says what became of each.
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

  /** Beyond the time given: for threads to see that it is over. */
  private static final Duration TO_NOTICE = Duration.ofMillis(100);

  private final EmitterSettings settings;
  private final Clock clock;
  private final Outlet<TraceEvent> traces;
  private final Outlet<MetricSample> metrics;
  private final Sampler sampler;
  private final long slowMicros;
  private final @Nullable ResourceMonitor monitor;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TraceEmitter(EmitterSettings settings, Clock clock, Wiring wiring) {
    this.settings = settings;
    this.clock = clock;
    Connection connection = new Connection(wiring.connect(), 2);
    this.traces = new Outlet<>(Destination.TRACES, settings, wiring, connection);
    this.metrics = new Outlet<>(Destination.METRICS, settings, wiring, connection);
    this.sampler = new Sampler(settings.sampling());
    this.slowMicros = settings.sampling().slowerThan().toNanos() / 1_000;
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

  /** Starts an emitter. Nothing is contacted yet: Kafka and the registry may come up later. */
  public static TraceEmitter start(EmitterSettings settings) {
    return start(settings, Clock.systemUTC());
  }

  /** The same, with a clock of the caller's. */
  public static TraceEmitter start(EmitterSettings settings, Clock clock) {
    return start(settings, clock, Wiring.of(settings));
  }

  /**
   * The same, with a Kafka client of the caller's in place of one made from the settings, such as
   * {@code MockProducer} in the tests of a service. The emitter closes it.
   *
   * @param producer called when something is to be sent first, and again when that failed, or the
   *     client broke down for good
   */
  public static TraceEmitter start(
      EmitterSettings settings, Clock clock, Supplier<Producer<byte[], byte[]>> producer) {
    return start(settings, clock, new Wiring(producer, Wiring.of(settings).serializer()));
  }

  static TraceEmitter start(EmitterSettings settings, Clock clock, Wiring wiring) {
    TraceEmitter emitter = new TraceEmitter(settings, clock, wiring);
    emitter.traces.start();
    emitter.metrics.start();
    if (emitter.monitor != null) {
      emitter.monitor.start();
    }
    return emitter;
  }

  /** Starts a trace of its own: a STARTED event, now. */
  public ExecutionTrace startExecutionTrace(String operation) {
    return startExecutionTrace(operation, null, Map.of());
  }

  /**
   * Starts a trace of its own that belongs to business work.
   *
   * @param context identifiers of that work, carried by every event of the trace
   * @param tags carried by every event of the trace
   */
  public ExecutionTrace startExecutionTrace(
      String operation, @Nullable TraceContext context, Map<String, String> tags) {
    return startExecutionTrace(operation, SpanKind.INTERNAL, context, tags);
  }

  /**
   * The same, of another role than {@code INTERNAL}; every event of the work says the same role.
   *
   * @param kind {@code SERVER} for work on behalf of a caller, {@code CONSUMER} for a message's
   */
  public ExecutionTrace startExecutionTrace(
      String operation, SpanKind kind, @Nullable TraceContext context, Map<String, String> tags) {
    String traceId = RandomId.trace();
    return ExecutionTrace.start(
        this, traceId, null, sampler.begin(traceId), operation, kind, context, tags);
  }

  /**
   * Starts work on behalf of a caller, as a part of the caller's trace.
   *
   * @param traceparent the W3C header; when it is missing or not valid, the work is a trace of its
   *     own
   * @param tracestate the W3C header that goes with it; empty or null for none
   */
  public ExecutionTrace startFrom(
      @Nullable String traceparent, @Nullable String tracestate, String operation) {
    return startFrom(traceparent, tracestate, operation, SpanKind.SERVER, null, Map.of());
  }

  /**
   * The same, of any role.
   *
   * @param kind {@code SERVER} for work on behalf of a caller, {@code CONSUMER} for a message's
   * @param context identifiers of the business work, carried by every event
   * @param tags carried by every event
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
   * Starts work within work of another process: an agent that was handed its part of a workflow.
   *
   * @param traceId {@link ExecutionTrace#traceId} of that work
   * @param parentSpanId {@link ExecutionTrace#spanId} of it
   */
  public ExecutionTrace joinExecutionTrace(
      String traceId,
      String parentSpanId,
      String operation,
      @Nullable TraceContext context,
      Map<String, String> tags) {
    return joinExecutionTrace(traceId, parentSpanId, operation, SpanKind.INTERNAL, context, tags);
  }

  /** The same, of another role than {@code INTERNAL}. */
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
   * Publishes an event of the caller's own making, as it is. Never waits, never throws: what cannot
   * be sent is counted in {@link #stats}.
   */
  public void emit(TraceEvent event) {
    traces.emit(event);
  }

  /**
   * Publishes a measurement of the caller's own making, as it is. Never waits, never throws: what
   * cannot be sent is counted in {@link #metricStats}.
   */
  public void emit(MetricSample sample) {
    metrics.emit(sample);
  }

  /** Counts an event that could not even be composed. */
  void dropInvalid() {
    traces.dropInvalid();
  }

  /** Counts work that sampling left out. */
  void unsampled() {
    traces.unsampled();
  }

  /**
   * Waits until everything emitted before the call has been acknowledged by Kafka or given up.
   *
   * @return false when that took longer than the time given
   */
  public boolean flush(Duration timeout) {
    return await(CompletableFuture.allOf(traces.flush(), metrics.flush()), nanos(timeout));
  }

  /** What became of the trace events so far. */
  public EmitterStats stats() {
    return traces.stats();
  }

  /** What became of the metric samples so far. */
  public EmitterStats metricStats() {
    return metrics.stats();
  }

  /** The settings that it was started with. */
  public EmitterSettings settings() {
    return settings;
  }

  /** Closes with 5 s for what still waits. */
  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  /**
   * Sends what still waits, within the time given, and ends. Events emitted from now on are dropped
   * and counted.
   *
   * @return false when events had to be dropped for want of time
   */
  public boolean close(Duration timeout) {
    if (!closed.compareAndSet(false, true)) {
      return true;
    }
    long deadline = System.nanoTime() + nanos(timeout);
    if (monitor != null) {
      monitor.stop();
    }
    traces.refuse();
    metrics.refuse();
    boolean flushed = flush(timeout);
    Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    traces.stop(left);
    metrics.stop(left);
    Duration patience = left.plus(TO_NOTICE);
    boolean tracesEnded = traces.awaitEnd(patience);
    boolean metricsEnded = metrics.awaitEnd(patience);
    return flushed && tracesEnded && metricsEnded;
  }

  private static boolean await(CompletableFuture<Void> done, long nanos) {
    try {
      done.get(nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a flush is never completed with a failure", e);
    }
  }

  /** Within what a deadline can be: some hundred years. */
  private static long nanos(Duration timeout) {
    Duration longest = Duration.ofDays(36_500);
    return timeout.isNegative()
        ? 0
        : (timeout.compareTo(longest) > 0 ? longest : timeout).toNanos();
  }

  String tenant() {
    return settings.tenant();
  }

  String serviceName() {
    return settings.serviceName();
  }

  Clock clock() {
    return clock;
  }

  boolean isSlow(long durationMicros) {
    return durationMicros >= slowMicros;
  }

  /** What was measured last; null when that is not to be on traces, or nothing is known yet. */
  @Nullable ResourceSample measured() {
    return monitor == null || !settings.resources().onTraces() ? null : monitor.latest();
  }

  /** Settings of an emitter; {@link #build} starts it. What is set later replaces what was. */
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

    /** Name of the service whose work is traced. Required. */
    public Builder serviceName(String name) {
      return set(Setting.SERVICE_NAME, name);
    }

    /** Owner of the traces; {@code default} unless several tenants share the cluster. */
    public Builder tenant(String id) {
      return set(Setting.TENANT, id);
    }

    /** Tells this process from others of the service; host and process id unless set. */
    public Builder instance(String id) {
      return set(Setting.INSTANCE, id);
    }

    /** Events that may wait for Kafka before the oldest give way; 30,000 unless set. */
    public Builder queueCapacity(int events) {
      return set(Setting.QUEUE_EVENTS, Integer.toString(events));
    }

    /** Bytes of heap that waiting events may hold, about; 16 MiB unless set. */
    public Builder queueBytes(long bytes) {
      return set(Setting.QUEUE_BYTES, Long.toString(bytes));
    }

    /** Which work is published; all of it unless set. */
    public Builder sampling(Sampling sampling) {
      set(Setting.SAMPLING, Double.toString(sampling.probability()));
      set(Setting.SAMPLING_FOLLOW_CALLERS, Boolean.toString(sampling.followCallers()));
      return set(Setting.SAMPLING_SLOWER_THAN, sampling.slowerThan().toString());
    }

    /** Whether process and host are measured, for their metrics and on traces; true unless set. */
    public Builder resourceMetrics(boolean enabled) {
      return set(Setting.RESOURCES, Boolean.toString(enabled));
    }

    /** A serializer in place of ours, such as {@code io.confluent...KafkaAvroSerializer}. */
    public Builder valueSerializer(String className) {
      return set(Setting.VALUE_SERIALIZER, className);
    }

    /** Any property of the serializer: {@code auto.register.schemas} and so on. */
    public Builder serializerProperty(String name, String value) {
      properties.put(Setting.SERIALIZER_PREFIX + name, value);
      return this;
    }

    /**
     * Any property of Kafka's producer: {@code security.protocol}, {@code sasl.jaas.config} and so
     * on.
     */
    public Builder kafkaProperty(String name, String value) {
      properties.put(Setting.KAFKA_PREFIX + name, value);
      return this;
    }

    /** Every {@code tracetide.} property among these. */
    public Builder properties(Properties from) {
      for (String name : from.stringPropertyNames()) {
        if (name.startsWith(Setting.PREFIX)) {
          properties.put(name, from.getProperty(name));
        }
      }
      return this;
    }

    /** Every {@code TRACETIDE_} variable of an environment: that of this process, or another. */
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
     * Starts the emitter. Nothing is contacted yet: Kafka and the registry may come up later.
     *
     * @throws InvalidSettingsException naming all that is missing or makes no sense
     */
    public TraceEmitter build() {
      return start(settings(), clock);
    }

    EmitterSettings settings() {
      return EmitterSettings.of(properties);
    }
  }
}
