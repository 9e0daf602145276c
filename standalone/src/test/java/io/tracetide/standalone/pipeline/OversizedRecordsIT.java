package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.alert.SinkApp;
import io.tracetide.alert.SinkConfig;
import io.tracetide.processor.intake.BatchingClients;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.topology.intake.ProcessorFailurePolicy;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records of 0 to 10 MiB to everything that is read, in each compression, over a broker that takes
 * them: what is good is counted, the rest is set aside, and nothing stops. The processor has a heap
 * of 256 MiB.
 */
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

  /** A record that was sent, and what is to become of it. */
  private record Sent(
      String topic, byte[] key, byte[] value, boolean good, Future<RecordMetadata> metadata) {

    boolean isTooLarge(int mostBytes) {
      return key.length > RecordLimits.KEY_BYTES || value.length > mostBytes;
    }
  }

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    kafka = PipelineFixture.in(directory).partitions(PARTITIONS).start();
    schemas = kafka.schemas();
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
            Topics.AUDIT_ENTRIES,
            Topics.ANOMALIES,
            Topics.NOTIFICATIONS)) {
      takeLarge(topic);
    }
  }

  private SinkApp sink() {
    TracetideConfig placed = kafka.config(directory.resolve("state"));
    return SinkApp.start(
        SinkConfig.defaults()
            .withListener(ListenerConfig.onPort(0))
            .withStateDir(directory.resolve("sink").toString()),
        placed.kafka(),
        placed.registry(),
        Clock.systemUTC());
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
    List<Sent> traces = new ArrayList<>();
    List<Sent> routed = new ArrayList<>();
    List<Sent> samples = new ArrayList<>();
    List<Sent> entries = new ArrayList<>();
    List<Sent> anomalies = new ArrayList<>();
    List<Sent> notifications = new ArrayList<>();
    for (int size : sizes()) {
      for (String compression : producers.keySet()) {
        traces.addAll(around(Topics.TRACES, compression, size, this::work, this::start));
        routed.addAll(around(LIFECYCLE, compression, size, this::routedWork, this::start));
        samples.addAll(around(Topics.METRICS, compression, size, this::sample, this::hugeSample));
        entries.addAll(around(Topics.AUDIT_ENTRIES, compression, size, this::entry, this::entry));
        anomalies.addAll(around(Topics.ANOMALIES, compression, size, this::anomaly, this::anomaly));
        notifications.addAll(
            around(
                Topics.NOTIFICATIONS, compression, size, this::notification, this::notification));
      }
    }
    sendNonsense("window-partials");
    sendNonsense("trace-findings");
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
        .isEqualTo(samples.stream().filter(Sent::good).count());

    List<ConsumerRecord<byte[], byte[]>> letters = kafka.read(Topics.TRACES_DEAD_LETTER);
    verifyLetters(traces, letters, RecordLimits.VALUE_BYTES);
    verifyLetters(routed, letters, RecordLimits.VALUE_BYTES);
    verifyLetters(samples, letters, RecordLimits.VALUE_BYTES);
    List<ConsumerRecord<byte[], byte[]>> undelivered = kafka.read(Topics.NOTIFICATIONS_DEAD_LETTER);
    verifyLetters(anomalies, undelivered, 256 << 10);
    verifyLetters(notifications, undelivered, RecordLimits.VALUE_BYTES);
    verifyTrail(entries);
    long told = anomalies.stream().filter(Sent::good).count();
    long delivered = told + notifications.stream().filter(Sent::good).count();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(kafka.read(Topics.NOTIFICATION_LOG)).hasSize((int) delivered));

    assertThat(processor.isAlive()).isTrue();
    assertThat(Files.readString(directory.resolve("processor.log")))
        .doesNotContain("processing thread failed");
    assertThat(sink.health().report().isUp()).isTrue();
    assertThat(client.text("/readyz")).isNotEmpty();
  }

  @Test
  void shouldGoOnWithATransactionAfterAnOutputThatIsTooLarge() throws Exception {
    for (String topic : List.of("grow-in", "grow-out")) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("grow-in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .mapValues(value -> value.length == 0 ? new byte[2 << 20] : value)
        .to("grow-out", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "grow");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("grow").toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, ProcessorFailurePolicy.class);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    for (int i = 0; i < 50; i++) {
      byte[] value = i % 10 == 3 ? new byte[0] : utf8("good-" + i);
      send("grow-in", "none", new Made(utf8("k"), value), true).metadata().get();
    }
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    try (KafkaStreams streams =
        new KafkaStreams(
            builder.build(),
            settings,
            new BatchingClients(Set.of(), InputProgress.of("grow-in")))) {
      streams.setUncaughtExceptionHandler(
          failure -> {
            failures.add(failure);
            return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
          });
      streams.start();

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(kafka.read("grow-out")).hasSize(45));
    }

    assertThat(failures).isEmpty();
    assertThat(kafka.read(Topics.TRACES_DEAD_LETTER))
        .filteredOn(letter -> header(letter, "topic").equals("grow-in"))
        .hasSize(5)
        .allSatisfy(
            letter -> {
              assertThat(header(letter, "reason")).isEqualTo("output_too_large");
              assertThat(header(letter, "outputTopic")).isEqualTo("grow-out");
              assertThat(header(letter, "outputBytes")).isEqualTo("2097153");
            });
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

  /** Makes a good record, with so many bytes of text in it. */
  private interface Maker {
    Made make(int textBytes);
  }

  private record Made(byte[] key, byte[] value) {}

  /** Good records around one that is nothing but bytes, one with a long text, and large others. */
  private List<Sent> around(String topic, String compression, int size, Maker good, Maker withText)
      throws Exception {
    int most = topic.equals(Topics.ANOMALIES) ? 256 << 10 : RecordLimits.VALUE_BYTES;
    List<Sent> sent = new ArrayList<>();
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

  private Sent send(String topic, String compression, Made made, boolean good) {
    return send(topic, compression, new ProducerRecord<>(topic, made.key(), made.value()), good);
  }

  private Sent send(
      String topic, String compression, ProducerRecord<byte[], byte[]> record, boolean good) {
    return new Sent(
        topic, record.key(), record.value(), good, producers.get(compression).send(record));
  }

  private Made work(int textBytes) {
    return event(TraceEventType.COMPLETED, "good", textBytes);
  }

  private Made routedWork(int textBytes) {
    return event(TraceEventType.COMPLETED, "routed", textBytes);
  }

  private Made start(int textBytes) {
    return event(TraceEventType.STARTED, "good", textBytes);
  }

  private Made event(TraceEventType type, String service, int textBytes) {
    String traceId = Long.toHexString(random.nextLong());
    return new Made(utf8(traceId), event(type, service, traceId, "text", textBytes));
  }

  private byte[] event(
      TraceEventType type, String service, String traceId, String tag, int textBytes) {
    TraceEvent.Builder event =
        TraceEvent.newBuilder()
            .setType(type)
            .setStatus(
                type == TraceEventType.COMPLETED ? TraceStatus.COMPLETED : TraceStatus.RUNNING)
            .setTraceId(traceId)
            .setSpanId("1")
            .setServiceName(service)
            .setOperationName("op")
            .setTags(Map.of(tag, "t".repeat(textBytes)))
            .setTimestamp(Instant.now());
    if (type == TraceEventType.COMPLETED) {
      event.setDurationMicros(1_000L);
    }
    return encode(Topics.TRACES, TraceEvent.class, event.build());
  }

  private Made sample(int textBytes) {
    return new Made(utf8("default|good"), sample("gauge", textBytes));
  }

  private Made hugeSample(int textBytes) {
    return sample(textBytes);
  }

  private byte[] sample(String metric, int textBytes) {
    return encode(
        Topics.METRICS,
        MetricSample.class,
        MetricSample.newBuilder()
            .setServiceName("good")
            .setMetricName(metric)
            .setType(MetricType.GAUGE)
            .setValue(1.0)
            .setTags(Map.of("text", "t".repeat(textBytes)))
            .setTimestamp(Instant.now())
            .build());
  }

  private Made entry(int textBytes) {
    return new Made(
        utf8("default"),
        encode(
            Topics.AUDIT_ENTRIES,
            AuditEntry.class,
            new AuditEntry(
                "default",
                Instant.now(),
                "it",
                "good",
                "subject",
                Map.of("text", "t".repeat(textBytes)))));
  }

  private Made anomaly(int textBytes) {
    Anomaly anomaly = anomaly(Long.toHexString(random.nextLong()), textBytes);
    return new Made(
        utf8(anomaly.getFingerprint()), encode(Topics.ANOMALIES, Anomaly.class, anomaly));
  }

  private static Anomaly anomaly(String fingerprint, int textBytes) {
    Instant now = Instant.now();
    return Anomaly.newBuilder()
        .setTenantId("default")
        .setAnomalyId(fingerprint + "@it")
        .setFingerprint(fingerprint)
        .setServiceName("good")
        .setOperationName("op")
        .setDetector(Detector.ISOLATION_FOREST)
        .setKind(AnomalyKind.LATENCY)
        .setRule(null)
        .setSeverity(Severity.HIGH)
        .setConfidence(0.9)
        .setState(AnomalyState.OPEN)
        .setRevision(0)
        .setOpenedAt(now)
        .setUpdatedAt(now)
        .setWindowStart(now.minusSeconds(10))
        .setWindowEnd(now)
        .setObserved(Map.of("p95_ms", 840.0))
        .setExpected(Map.of("p95_ms", 1e308))
        .setContributions(Map.of())
        .setSummary("s".repeat(textBytes))
        .setExemplars(new io.tracetide.schemas.Exemplars(null, null, null))
        .build();
  }

  private Made notification(int textBytes) {
    String id = Long.toHexString(random.nextLong());
    Notification notification =
        new Notification(
            "default",
            id,
            "log",
            "g".repeat(textBytes),
            1L,
            AlertStatus.FIRING,
            NotificationReason.FIRST_NOTIFICATION,
            Instant.now(),
            List.of());
    return new Made(
        utf8("log|" + id), encode(Topics.NOTIFICATIONS, Notification.class, notification));
  }

  private final Map<String, AvroEncoder<?>> encoders = new TreeMap<>();

  @SuppressWarnings("unchecked") // One type of records for each topic.
  private <T extends SpecificRecord> byte[] encode(String topic, Class<T> type, T record) {
    AvroEncoder<T> encoder =
        (AvroEncoder<T>)
            encoders.computeIfAbsent(
                topic, name -> new AvroEncoder<>(schemas, SubjectCatalog.valueSubject(name), type));
    return encoder.encode(record);
  }

  /** A stranger writes to a topic between two tasks. */
  private void sendNonsense(String repartition) {
    String topic = APPLICATION + "-" + repartition + "-repartition";
    for (int size : List.of(0, 100, 3 << 20)) {
      send(topic, "zstd", new Made(utf8("any"), noise(size, "zstd")), false);
    }
  }

  /** Many updates of one trace, each with a text of another name. */
  private void growOneTrace(List<Sent> sent) {
    String traceId = "growing";
    for (int i = 0; i < 30; i++) {
      byte[] value =
          event(
              i == 0 ? TraceEventType.STARTED : TraceEventType.UPDATED,
              "good",
              traceId,
              "tag-" + i + "n".repeat(1_000),
              900_000);
      sent.add(send(Topics.TRACES, "zstd", new Made(utf8(traceId), value), true));
    }
  }

  private long completed(List<Sent> sent) {
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(schemas, TraceEvent.class);
    return sent.stream()
        .filter(Sent::good)
        .filter(s -> decoder.decode(s.value()).getType() == TraceEventType.COMPLETED)
        .count();
  }

  /** Every bad record is in one letter, whole or with its size and its hash. */
  private static void verifyLetters(
      List<Sent> sent, List<ConsumerRecord<byte[], byte[]>> letters, int mostBytes)
      throws Exception {
    Map<String, List<ConsumerRecord<byte[], byte[]>>> byOrigin = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String origin =
          header(letter, "topic")
              + '/'
              + header(letter, "partition")
              + '/'
              + header(letter, "offset");
      byOrigin.computeIfAbsent(origin, key -> new ArrayList<>()).add(letter);
    }
    for (Sent one : sent) {
      RecordMetadata at = one.metadata().get();
      List<ConsumerRecord<byte[], byte[]>> its =
          byOrigin.getOrDefault(at.topic() + '/' + at.partition() + '/' + at.offset(), List.of());
      String what = one.topic() + " " + one.key().length + " " + one.value().length;
      if (one.good()) {
        assertThat(its).as(what).isEmpty();
        continue;
      }
      // Two groups read each notification: one that is addressed to nobody has one letter.
      assertThat(its).as(what).hasSize(1);
      ConsumerRecord<byte[], byte[]> letter = its.get(0);
      if (one.isTooLarge(mostBytes)) {
        assertThat(header(letter, "reason")).as(what).isEqualTo("too_large");
        assertThat(letter.serializedValueSize()).as(what).isLessThanOrEqualTo(mostBytes);
      }
      if (one.value().length > mostBytes) {
        assertThat(one.value()).as(what).startsWith(letter.value());
        assertThat(header(letter, "valueBytes"))
            .as(what)
            .isEqualTo(Integer.toString(one.value().length));
        assertThat(header(letter, "valueSha256")).as(what).isEqualTo(sha256(one.value()));
      } else {
        assertThat(letter.value()).as(what).isEqualTo(one.value());
      }
      if (one.key().length > RecordLimits.KEY_BYTES) {
        assertThat(header(letter, "keyBytes"))
            .as(what)
            .isEqualTo(Integer.toString(one.key().length));
      }
    }
  }

  /** The trail has every entry, and in the place of one that is too large its size and hash. */
  private void verifyTrail(List<Sent> sent) {
    AvroDecoder<AuditRecord> decoder = new AvroDecoder<>(schemas, AuditRecord.class);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<AuditRecord> trail =
                  kafka.read(Topics.AUDIT).stream().map(r -> decoder.decode(r.value())).toList();
              assertThat(trail.stream().filter(r -> r.getAction().equals("good")).count())
                  .isEqualTo(sent.stream().filter(Sent::good).count());
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

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
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
              assertThat(processor.isAlive()).isTrue();
              assertThat(lag(group, List.of(topics)))
                  .as(group)
                  .isLessThanOrEqualTo((long) PARTITIONS * topics.length);
            });
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

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static long meter(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
