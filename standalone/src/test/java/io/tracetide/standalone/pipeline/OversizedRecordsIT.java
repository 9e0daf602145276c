package io.tracetide.standalone.pipeline;

import static io.tracetide.standalone.pipeline.PaddedRecords.utf8;
import static io.tracetide.standalone.pipeline.SentRecord.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.SinkApp;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import io.tracetide.standalone.pipeline.PaddedRecords.Made;
import io.tracetide.standalone.pipeline.PaddedRecords.Maker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records of 0 to 10 MiB to everything that is read, in each compression, over a broker that takes
 * them: what is good is counted, the rest is set aside, and nothing stops. The processor has a heap
 * of 256 MiB.
 */
// Its records of up to 10 MiB in three compressions use both cores of a small machine.
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OversizedRecordsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String APPLICATION = "tracetide-processor";
  private static final String LIFECYCLE = APPLICATION + "-lifecycle-repartition";
  private static final int PARTITIONS = 2;
  private static final int TEN_MIB = 10 << 20;

  private final Random random = new Random(11);
  private final Map<String, KafkaProducer<byte[], byte[]>> producers = new LinkedHashMap<>();

  private Path directory;
  private PipelineFixture kafka;
  private HttpSchemaRegistry schemas;
  private Admin admin;
  private Process processor;
  private SinkApp sink;
  private ProcessorClient client;
  private PaddedRecords records;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    kafka = PipelineFixture.in(directory).partitions(PARTITIONS).start();
    schemas = kafka.schemas();
    records = new PaddedRecords(kafka, random);
    admin = Admin.create(kafka.clients());
    for (String compression : List.of("none", "gzip", "zstd")) {
      Map<String, Object> settings = new TreeMap<>(kafka.clients());
      settings.put("compression.type", compression);
      settings.put("max.request.size", 32 << 20);
      settings.put("buffer.memory", 64L << 20);
      settings.put("partitioner.ignore.keys", true);
      producers.put(
          compression,
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
    }
    int port = LoopbackPort.free();
    client = new ProcessorClient(port);
    Path config =
        kafka.writeConfig(
            directory.resolve("tracetide.yaml"),
            """
            processor:
              applicationId: %s
              listener: { port: %d }
              stateDir: "%s"
            """
                .formatted(APPLICATION, port, directory.resolve("state")));
    processor = RoleProcess.start("processor", config, directory.resolve("processor.log"));
    sink = sink();
    await().atMost(PATIENCE).until(client::isReady);
    for (String topic :
        List.of(
            Topics.TRACES,
            Topics.METRICS,
            LIFECYCLE,
            APPLICATION + "-window-partials-repartition",
            APPLICATION + "-trace-findings-repartition",
            APPLICATION + "-tenant-samples-repartition",
            Topics.AUDIT_ENTRIES,
            Topics.ANOMALIES,
            Topics.NOTIFICATIONS)) {
      takeLarge(topic);
    }
  }

  private SinkApp sink() {
    TracetideConfig config =
        ConfigReader.parse(
            """
            sink:
              route: { receiver: log, groupWait: 0s, groupInterval: 1s }
            """,
            kafka.config(directory.resolve("state")),
            Map.of());
    return SinkApp.start(config.sink(), config.kafka(), config.registry(), Clock.systemUTC());
  }

  private void takeLarge(String topic) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry(
                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(16 << 20)),
                        AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  @AfterAll
  void stop() throws Exception {
    sink.close();
    processor.destroy();
    processor.waitFor();
    producers.values().forEach(KafkaProducer::close);
    admin.close();
    kafka.close();
  }

  @Test
  void shouldCountWhatIsGoodAndSetTheRestAside() throws Exception {
    List<SentRecord> traces = new ArrayList<>();
    List<SentRecord> routed = new ArrayList<>();
    List<SentRecord> samples = new ArrayList<>();
    List<SentRecord> entries = new ArrayList<>();
    List<SentRecord> anomalies = new ArrayList<>();
    List<SentRecord> notifications = new ArrayList<>();
    for (int size : sizes()) {
      for (String compression : producers.keySet()) {
        traces.addAll(around(Topics.TRACES, compression, size, records::work, records::start));
        routed.addAll(around(LIFECYCLE, compression, size, records::routedWork, records::start));
        samples.addAll(
            around(Topics.METRICS, compression, size, records::sample, records::hugeSample));
        entries.addAll(
            around(Topics.AUDIT_ENTRIES, compression, size, records::entry, records::entry));
        anomalies.addAll(
            around(Topics.ANOMALIES, compression, size, records::anomaly, records::anomaly));
        notifications.addAll(
            around(
                Topics.NOTIFICATIONS,
                compression,
                size,
                records::notification,
                records::notification));
      }
    }
    sendNonsense("window-partials");
    sendNonsense("trace-findings");
    sendNonsense("tenant-samples");
    growOneTrace(traces);

    awaitRead(APPLICATION, Topics.TRACES, Topics.METRICS, LIFECYCLE, Topics.AUDIT_ENTRIES);
    awaitRead("tracetide-alerts", Topics.ANOMALIES);
    awaitRead("tracetide-alerts-deliver", Topics.NOTIFICATIONS);
    awaitRead("tracetide-alerts-deliver-log", Topics.NOTIFICATIONS);

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(client.counted("good")).isEqualTo(completed(traces)));
    assertThat(client.counted("routed")).isEqualTo(completed(routed));
    String metrics = client.text("/metrics");
    assertThat(meter(metrics, "tracetide_processor_samples_aggregated_total"))
        .isEqualTo(samples.stream().filter(SentRecord::good).count());

    List<ConsumerRecord<byte[], byte[]>> letters = kafka.read(Topics.TRACES_DEAD_LETTER);
    SentRecord.verifyLetters(traces, letters, RecordLimits.VALUE_BYTES);
    SentRecord.verifyLetters(routed, letters, RecordLimits.VALUE_BYTES);
    SentRecord.verifyLetters(samples, letters, RecordLimits.VALUE_BYTES);
    List<ConsumerRecord<byte[], byte[]>> undelivered = kafka.read(Topics.NOTIFICATIONS_DEAD_LETTER);
    SentRecord.verifyLetters(anomalies, undelivered, 256 << 10);
    SentRecord.verifyLetters(notifications, undelivered, RecordLimits.VALUE_BYTES);
    verifyTrail(entries);
    DeliveredAlerts delivered = new DeliveredAlerts(kafka);
    await().atMost(PATIENCE).untilAsserted(() -> delivered.verify(anomalies, notifications));

    assertThat(processor.isAlive()).isTrue();
    assertThat(Files.readString(directory.resolve("processor.log")))
        .doesNotContain("processing thread failed");
    assertThat(sink.health().report().isUp()).isTrue();
    assertThat(client.text("/readyz")).isNotEmpty();
  }

  /** The edges, and a few in between, small ones as often as large ones. */
  private List<Integer> sizes() {
    List<Integer> sizes =
        new ArrayList<>(
            List.of(0, 1, 999_000, 1_000_000, 1_000_001, 1_032_001, 1_048_376, 3 << 20, TEN_MIB));
    for (int i = 0; i < 4; i++) {
      sizes.add((int) Math.exp(random.nextDouble() * Math.log(TEN_MIB)));
    }
    return sizes;
  }

  /** Good records around one that is nothing but bytes, one with a long text, and large others. */
  private List<SentRecord> around(
      String topic, String compression, int size, Maker good, Maker withText) throws Exception {
    int most = topic.equals(Topics.ANOMALIES) ? 256 << 10 : RecordLimits.VALUE_BYTES;
    List<SentRecord> sent = new ArrayList<>();
    sent.add(send(topic, compression, good.make(0), true));
    sent.add(
        send(topic, compression, new Made(utf8("noise-" + size), noise(size, compression)), false));
    Made longText = withText.make(size);
    sent.add(send(topic, compression, longText, longText.value().length <= most));
    sent.add(send(topic, compression, good.make(0), true));
    if (size > 0 && size <= 3 << 20 && !topic.equals(Topics.ANOMALIES)) {
      // The key of an anomaly is checked; that of the others is not read.
      byte[] key = new byte[size];
      Arrays.fill(key, (byte) 'k');
      boolean small = size <= RecordLimits.KEY_BYTES && !topic.equals(Topics.NOTIFICATIONS);
      if (small || size > RecordLimits.KEY_BYTES) {
        boolean entry = topic.equals(Topics.AUDIT_ENTRIES);
        sent.add(send(topic, compression, new Made(key, good.make(0).value()), small || entry));
      }
    }
    if (size <= 3 << 20) {
      Made headed = good.make(0);
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, headed.key(), headed.value());
      record.headers().add("authorization", noise(size, compression));
      sent.add(send(topic, compression, record, true));
    }
    return sent;
  }

  /** Bytes that mean nothing; what is to be compressed is as good as empty. */
  private byte[] noise(int size, String compression) {
    byte[] noise = new byte[size];
    if (compression.equals("none")) {
      random.nextBytes(noise);
    }
    if (size > 0) {
      noise[0] = 7; // Never the wire format's.
    }
    return noise;
  }

  private SentRecord send(String topic, String compression, Made made, boolean good) {
    return send(topic, compression, new ProducerRecord<>(topic, made.key(), made.value()), good);
  }

  private SentRecord send(
      String topic, String compression, ProducerRecord<byte[], byte[]> record, boolean good) {
    return new SentRecord(
        topic, record.key(), record.value(), good, producers.get(compression).send(record));
  }

  /** A stranger writes to a topic between two tasks. */
  private void sendNonsense(String repartition) {
    String topic = APPLICATION + "-" + repartition + "-repartition";
    for (int size : List.of(0, 100, 3 << 20)) {
      send(topic, "zstd", new Made(utf8("any"), noise(size, "zstd")), false);
    }
  }

  /** Many updates of one trace, each with a text of another name. */
  private void growOneTrace(List<SentRecord> sent) {
    String traceId = "growing";
    for (int i = 0; i < 30; i++) {
      byte[] value =
          records.event(
              i == 0 ? TraceEventType.STARTED : TraceEventType.UPDATED,
              "good",
              traceId,
              "tag-" + i + "n".repeat(1_000),
              900_000);
      sent.add(send(Topics.TRACES, "zstd", new Made(utf8(traceId), value), true));
    }
  }

  private long completed(List<SentRecord> sent) {
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(schemas, TraceEvent.class);
    return sent.stream()
        .filter(SentRecord::good)
        .filter(s -> decoder.decode(s.value()).getType() == TraceEventType.COMPLETED)
        .count();
  }

  /** The trail has every entry, and in the place of one that is too large its size and hash. */
  private void verifyTrail(List<SentRecord> sent) {
    AvroDecoder<AuditRecord> decoder = new AvroDecoder<>(schemas, AuditRecord.class);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<AuditRecord> trail =
                  kafka.read(Topics.AUDIT).stream().map(r -> decoder.decode(r.value())).toList();
              assertThat(trail.stream().filter(r -> r.getAction().equals("good")).count())
                  .isEqualTo(sent.stream().filter(SentRecord::good).count());
              assertThat(
                      trail.stream()
                          .filter(r -> r.getAction().equals("entry.unreadable"))
                          .map(r -> r.getDetails().get("sha256")))
                  .containsExactlyInAnyOrderElementsOf(
                      sent.stream().filter(s -> !s.good()).map(s -> sha256(s.value())).toList());
            });
    assertThat(kafka.read(Topics.AUDIT))
        .allSatisfy(r -> assertThat(r.headers().toArray()).isEmpty());
  }

  /**
   * Waits until a group has committed everything that its topics have. The end of a transaction
   * takes an offset, too, which not every consumer commits.
   */
  private void awaitRead(String group, String... topics) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(processor.isAlive())
                  .as(() -> "the processor lives; its log: " + endOfLog())
                  .isTrue();
              assertThat(lag(group, List.of(topics)))
                  .as(group)
                  .isLessThanOrEqualTo((long) PARTITIONS * topics.length);
            });
  }

  private String endOfLog() {
    try {
      String log = Files.readString(directory.resolve("processor.log"));
      return log.substring(Math.max(0, log.length() - 8_000));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private long lag(String group, List<String> topics) throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new LinkedHashMap<>();
    for (String topic : topics) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
    }
    var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    long lag = 0;
    for (var end : admin.listOffsets(asked).all().get().entrySet()) {
      var read = committed.get(end.getKey());
      lag += end.getValue().offset() - (read == null ? 0 : read.offset());
    }
    return lag;
  }

  private static long meter(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
