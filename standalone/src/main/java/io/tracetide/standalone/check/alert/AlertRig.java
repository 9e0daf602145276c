package io.tracetide.standalone.check.alert;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.standalone.broker.EmbeddedKafka;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.retained.RetainedRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A broker with empty topics, a webhook, and instances of the alert sink, for one check. */
final class AlertRig implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int PARTITIONS = 4;

  private final Closers closers = new Closers();
  private final Place place;
  private final SchemaRegistry schemas;
  private final EmbeddedKafka kafka;
  private final Inbox inbox;
  private final List<SinkProcess> sinks = new ArrayList<>();

  /**
   * Where checks run.
   *
   * @param directory for data and logs of one check; empty
   * @param registryUrl of a schema registry that has the schemas
   * @param commandLine class whose main method runs the role named by its first argument
   */
  record Place(Path directory, String registryUrl, Class<?> commandLine) {}

  /** What instances are used for. */
  enum Use {
    /** They live a few seconds each, and many of them run after each other. */
    KILLED("-Xmx192m"),
    /** They are measured, with the heap of scripts/tracetide. */
    MEASURED("-Xmx512m");

    private final String flags;

    Use(String heap) {
      // As in scripts/tracetide.
      this.flags =
          "-Xss512k -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1 " + heap;
    }

    List<String> flags() {
      return List.of(flags.split(" ", -1));
    }
  }

  private AlertRig(Place place) {
    this.place = place;
    try {
      schemas =
          closers.add(
              "schemas", HttpSchemaRegistry.create(RegistrySettings.of(place.registryUrl())));
      kafka =
          closers.add(
              "kafka", EmbeddedKafka.start(place.directory().resolve("kafka"), 0, PATIENCE));
      try (Admin admin = Admin.create(clients())) {
        TopicCatalog.ensure(admin, PARTITIONS, (short) 1, PATIENCE);
      }
      inbox = closers.add("inbox", new Inbox());
    } catch (RuntimeException e) {
      closers.close();
      throw e;
    }
  }

  /** Starts the broker and the webhook. */
  static AlertRig start(Place place) {
    return new AlertRig(place);
  }

  private Map<String, Object> clients() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  Inbox inbox() {
    return inbox;
  }

  /** The instances, in the order in which they were added. */
  List<SinkProcess> sinks() {
    return List.copyOf(sinks);
  }

  /** A client of the API of the instances. */
  SinkApi api() {
    return new SinkApi(sinks());
  }

  /** A producer of anomalies; closed with the rig. */
  AnomalyFeed anomalies() {
    return closers.add("anomalies", new AnomalyFeed(clients(), schemas));
  }

  /**
   * Starts instances of the sink and waits until they are ready.
   *
   * @param yaml keys of the section {@code sink}
   * @param use of the instances
   */
  void startSinks(int instances, String yaml, Use use) throws InterruptedException {
    for (int i = 0; i < instances; i++) {
      sinks.add(closers.add("sink", sink("sink-" + sinks.size(), yaml, use)));
    }
    sinks.forEach(SinkProcess::start);
    for (SinkProcess sink : sinks) {
      sink.awaitReady(PATIENCE);
    }
  }

  private SinkProcess sink(String name, String yaml, Use use) {
    int port = LoopbackPort.free();
    String config =
        """
        kafka: {bootstrapServers: "%1$s"}
        registry: {url: "%2$s"}
        sink:
          listener: {port: %3$d}
          advertisedAddress: "%4$s:%3$d"
          instanceId: %5$s
          stateDir: "%6$s"
        %7$s\
        """
            .formatted(
                kafka.bootstrapServers(),
                place.registryUrl(),
                port,
                LoopbackPort.HOST,
                name,
                place.directory().resolve(name),
                yaml.indent(2));
    try {
      Path file = Files.writeString(place.directory().resolve(name + ".yaml"), config);
      Path log = place.directory().resolve(name + ".log");
      return new SinkProcess(name, port, file, place.commandLine(), use.flags(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** YAML of a receiver that is this rig's webhook. */
  String receiver(String name) {
    return "{name: %1$s, webhook: {url: \"%2$s\", allowHttp: true, allowPrivate: true}}"
        .formatted(name, inbox.url(name));
  }

  /** Receives the records of a topic. */
  interface Visitor<T> {
    void visit(T value, ConsumerRecord<byte[], byte[]> record);
  }

  /** Reads the committed records of a topic, up to its end at the time of the call. */
  <T extends SpecificRecord> void read(String topic, Class<T> type, Visitor<T> visitor) {
    AvroDecoder<T> decoder = new AvroDecoder<>(schemas, type);
    for (ConsumerRecord<byte[], byte[]> record : read(topic)) {
      visitor.visit(decoder.decode(record.value()), record);
    }
  }

  /** The committed records of a topic, up to its end at the time of the call. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    KafkaConfig config = new KafkaConfig(kafka.bootstrapServers(), Map.of());
    try (RetainedRecords retained = RetainedRecords.open(config, topic, PATIENCE)) {
      retained.readWhole(records::add, done -> {});
    }
    return records;
  }

  @Override
  public void close() {
    closers.close();
  }
}
