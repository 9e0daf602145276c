package io.tracetide.client;

import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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

  private final String tenant;
  private final String serviceName;
  private final Clock clock;
  private final EventQueue<TraceEvent> queue;
  private final Ledger ledger = new Ledger();
  private final SchemaRegistry registry;
  private final Sender sender;
  private final Thread thread;
  private final AtomicBoolean closed = new AtomicBoolean();

  private TraceEmitter(Builder builder, SchemaRegistry registry) {
    this.tenant = builder.tenant;
    this.serviceName = builder.serviceName;
    this.clock = builder.clock;
    this.queue = new EventQueue<>(builder.queueCapacity);
    this.registry = registry;
    this.sender =
        new Sender(
            Topics.TRACES,
            queue,
            new AvroEncoder<>(
                registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class),
            builder.connect(),
            ledger);
    this.thread = new Thread(sender, "tracetide-sender");
    this.thread.setDaemon(true);
  }

  public static Builder builder() {
    return new Builder();
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
    return ExecutionTrace.start(this, RandomId.trace(), null, operation, kind, context, tags);
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
    return ExecutionTrace.start(
        this, traceId, parentSpanId, operation, SpanKind.INTERNAL, context, tags);
  }

  /** Publishes an event of the caller's own making, as it is. */
  public void emit(TraceEvent event) {
    ledger.emitted();
    if (closed.get()) {
      ledger.dropped(DropReason.CLOSED);
    } else if (!queue.add(event)) {
      ledger.dropped(DropReason.QUEUE_FULL);
    }
  }

  /** Counts an event that could not even be composed. */
  void dropInvalid() {
    ledger.emitted();
    ledger.dropped(DropReason.INVALID);
  }

  /**
   * Waits until every event emitted before the call has been acknowledged by Kafka or given up.
   *
   * @return false when that took longer than the time given
   */
  public boolean flush(Duration timeout) {
    return await(sender.flush(), timeout);
  }

  /** What became of the events so far. */
  public EmitterStats stats() {
    return ledger.stats();
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
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean flushed = await(sender.flush(), timeout);
    Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    sender.stop(left);
    try {
      if (!sender.awaitEnd(left.plus(Duration.ofMillis(100)))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
    registry.close();
    return flushed;
  }

  private static boolean await(CompletableFuture<Void> done, Duration timeout) {
    try {
      done.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
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

  String tenant() {
    return tenant;
  }

  String serviceName() {
    return serviceName;
  }

  Clock clock() {
    return clock;
  }

  /** Settings of an emitter; {@link #build} starts it. */
  public static final class Builder {

    private String bootstrapServers = "";
    private @Nullable RegistrySettings registrySettings;
    private String serviceName = "";
    private String tenant = "default";
    private int queueCapacity = 10_000;
    private Clock clock = Clock.systemUTC();
    private final Map<String, Object> kafka = new HashMap<>();
    private @Nullable SchemaRegistry registry;
    private @Nullable Supplier<Producer<byte[], byte[]>> producer;

    private Builder() {
      kafka.put(ProducerConfig.CLIENT_ID_CONFIG, "tracetide-emitter");
      kafka.put(ProducerConfig.ACKS_CONFIG, "all");
      kafka.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
      kafka.put(ProducerConfig.LINGER_MS_CONFIG, 20);
      kafka.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L << 20);
      // The sender waits in small steps, to notice when it is closed.
      kafka.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
      // An outage of some minutes is survived by what the buffer holds.
      kafka.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000);
    }

    /** Kafka's brokers, {@code host:port} separated by commas. Required. */
    public Builder bootstrapServers(String servers) {
      bootstrapServers = servers;
      return this;
    }

    /** Base URL of the schema registry. Required, here or with credentials. */
    public Builder schemaRegistry(String url) {
      return schemaRegistry(RegistrySettings.of(url));
    }

    public Builder schemaRegistry(RegistrySettings settings) {
      registrySettings = settings;
      return this;
    }

    /** Name of the service whose work is traced. Required. */
    public Builder serviceName(String name) {
      serviceName = name;
      return this;
    }

    /** Owner of the traces; {@code default} unless several tenants share the cluster. */
    public Builder tenant(String id) {
      tenant = id;
      return this;
    }

    /** Events that may wait for Kafka before the oldest give way; 10,000 unless set. */
    public Builder queueCapacity(int events) {
      queueCapacity = events;
      return this;
    }

    /**
     * Any property of Kafka's producer: {@code security.protocol}, {@code sasl.jaas.config} and so
     * on.
     */
    public Builder kafkaProperty(String name, String value) {
      kafka.put(name, value);
      return this;
    }

    /** Source of the events' timestamps. */
    public Builder clock(Clock source) {
      clock = source;
      return this;
    }

    Builder registry(SchemaRegistry other) {
      registry = other;
      return this;
    }

    Builder producer(Supplier<Producer<byte[], byte[]>> other) {
      producer = other;
      return this;
    }

    /**
     * Starts the emitter. Nothing is contacted yet: Kafka and the registry may come up later.
     *
     * @throws IllegalArgumentException when a required setting is missing or one makes no sense
     */
    public TraceEmitter build() {
      require(!serviceName.isBlank(), "serviceName must be set");
      require(!tenant.isBlank(), "tenant must not be blank");
      require(queueCapacity > 0, "queueCapacity must be at least 1");
      require(producer != null || !bootstrapServers.isBlank(), "bootstrapServers must be set");
      TraceEmitter emitter = new TraceEmitter(this, openRegistry());
      emitter.thread.start();
      return emitter;
    }

    private SchemaRegistry openRegistry() {
      if (registry != null) {
        return registry;
      }
      RegistrySettings settings = registrySettings;
      if (settings == null) {
        throw new IllegalArgumentException("schemaRegistry must be set");
      }
      return HttpSchemaRegistry.create(settings);
    }

    private Supplier<Producer<byte[], byte[]>> connect() {
      if (producer != null) {
        return producer;
      }
      Map<String, Object> settings = new HashMap<>(kafka);
      settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
      return () ->
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new IllegalArgumentException(message);
      }
    }
  }
}
