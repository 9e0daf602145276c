package io.tracetide.standalone.launch;

import io.tracetide.processor.query.http.DashboardConfig;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.broker.EmbeddedKafka;
import io.tracetide.standalone.config.Placement;
import io.tracetide.standalone.config.TopicsConfig;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.retained.RetainedRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A broker with all topics and a schema registry with all schemas, for integration tests of the
 * roles.
 *
 * <p>All fixtures of a JVM use one registry: its start takes ten seconds of CPU time, and the
 * schemas are the same everywhere. {@link #shared()} is one broker for all tests that keep to
 * services, tenants or application ids of their own. {@link #start} starts a broker for one class:
 * for tests that read whole topics, need other partition counts, or stop the broker.
 */
public final class PipelineFixture implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static PipelineFixture shared;

  private final Closers closers = new Closers();
  private final int kafkaPort;
  private HttpSchemaRegistry schemas;
  private KafkaProducer<byte[], byte[]> producer;

  private PipelineFixture(Builder settings) {
    // The registry takes longer to start than the broker.
    CompletableFuture<?> started = CompletableFuture.runAsync(SharedRegistry::get);
    try {
      EmbeddedKafka kafka =
          closers.add(
              "kafka",
              EmbeddedKafka.start(
                  settings.directory.resolve("kafka"), 0, PATIENCE, settings.brokerSettings));
      kafkaPort = kafka.port();
      createTopics(settings);
      started.join();
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  private void createTopics(Builder settings) {
    try (Admin admin = Admin.create(clients())) {
      if (!settings.partitionsByTopic.isEmpty()) {
        admin
            .createTopics(
                settings.partitionsByTopic.entrySet().stream()
                    .map(
                        topic ->
                            TopicCatalog.spec(topic.getKey())
                                .toNewTopic(topic.getValue(), (short) 1))
                    .toList())
            .all()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
      }
      TopicCatalog.ensure(admin, settings.partitions, (short) 1, PATIENCE);
      TopicCatalog.keep(admin, Topics.AUDIT, TopicsConfig.defaults().auditRetention(), PATIENCE);
    }
  }

  /**
   * The broker that tests of this JVM share. It is started by the first caller and never stopped.
   */
  public static synchronized PipelineFixture shared() {
    if (shared == null) {
      PipelineFixture started = start(temporary());
      Runtime.getRuntime().addShutdownHook(new Thread(started::close));
      shared = started;
    }
    return shared;
  }

  /** A broker of its own with the default topics; the caller closes it. */
  public static PipelineFixture start(Path directory) {
    return in(directory).start();
  }

  /** A broker of its own with data in the directory. */
  public static Builder in(Path directory) {
    return new Builder(directory);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("tracetide-kafka");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + kafkaPort;
  }

  /** Base URL of the registry that all fixtures share. */
  public String registryUrl() {
    return sharedRegistryUrl();
  }

  /** Base URL of the registry that all fixtures share, for tests without a broker. */
  public static String sharedRegistryUrl() {
    return SharedRegistry.get().url();
  }

  /** The settings with which a client finds the broker. */
  public Map<String, Object> clients() {
    return Map.of("bootstrap.servers", bootstrapServers());
  }

  /** The defaults on this broker, every role on a free port, with state kept in the directory. */
  public TracetideConfig config(Path stateDirectory) {
    return new Placement(
            kafkaPort,
            SharedRegistry.get().port(),
            0,
            0,
            0,
            0,
            stateDirectory,
            DashboardConfig.defaults())
        .applyTo(TracetideConfig.defaults());
  }

  /**
   * Writes a configuration file for a role in a process of its own, see {@link RoleProcess}.
   *
   * @param sections YAML of the other sections
   */
  public Path writeConfig(Path file, String sections) throws IOException {
    return Files.writeString(
        file,
        "kafka: { bootstrapServers: \"%s\" }%nregistry: { url: \"%s\" }%n%s"
            .formatted(bootstrapServers(), registryUrl(), sections));
  }

  /** A client of the registry; closed with the fixture. */
  public synchronized HttpSchemaRegistry schemas() {
    if (schemas == null) {
      schemas =
          closers.add("schemas", HttpSchemaRegistry.create(RegistrySettings.of(registryUrl())));
    }
    return schemas;
  }

  public <T extends SpecificRecord> AvroEncoder<T> encoder(String topic, Class<T> type) {
    return new AvroEncoder<>(schemas(), SubjectCatalog.valueSubject(topic), type);
  }

  /** A producer of bytes; closed with the fixture. */
  public synchronized KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer =
          closers.add(
              "producer",
              new KafkaProducer<>(clients(), new ByteArraySerializer(), new ByteArraySerializer()));
    }
    return producer;
  }

  /** All committed records of a topic, up to its end at the time of the call. */
  public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    KafkaConfig config = new KafkaConfig(bootstrapServers(), Map.of());
    try (RetainedRecords retained = RetainedRecords.open(config, topic, PATIENCE)) {
      retained.readWhole(records::add, done -> {});
    }
    return records;
  }

  /**
   * Has a client of the test closed before the broker stops, also when the start of a test fails.
   */
  public <T extends AutoCloseable> T add(String name, T client) {
    return closers.add(name, client);
  }

  /** Closes the clients and stops the broker; the registry keeps running. */
  @Override
  public void close() {
    closers.close();
  }

  /** Settings of a broker of its own. */
  public static final class Builder {
    private final Path directory;
    private final Map<String, Integer> partitionsByTopic = new HashMap<>();
    private final Map<String, String> brokerSettings = new HashMap<>();
    private int partitions = TopicsConfig.defaults().partitions();

    private Builder(Path directory) {
      this.directory = directory;
    }

    /** Partitions of each topic; by default those of {@link TopicsConfig#defaults()}. */
    public Builder partitions(int count) {
      partitions = count;
      return this;
    }

    /** Partitions of one topic. */
    public Builder partitions(String topic, int count) {
      partitionsByTopic.put(topic, count);
      return this;
    }

    /** A property of the broker in place of the default. */
    public Builder broker(String property, String value) {
      brokerSettings.put(property, value);
      return this;
    }

    public PipelineFixture start() {
      return new PipelineFixture(this);
    }
  }
}
