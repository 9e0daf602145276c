package io.tracetide.alert.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Timing;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.AlertRecord;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.ExternalAlert;
import io.tracetide.schemas.Matcher;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.Silence;
import io.tracetide.schemas.TimerTick;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertTopologyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  @TempDir private Path stateDir;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Outage registry = new Outage(new InMemorySchemaRegistry());
  private final AvroEncoder<Anomaly> encoder =
      new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.ANOMALIES), Anomaly.class);
  private final AvroDecoder<Notification> decoder = new AvroDecoder<>(registry, Notification.class);
  private Duration groupWait = Duration.ZERO;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> anomalies;
  private TestOutputTopic<String, byte[]> notifications;
  private TestOutputTopic<byte[], byte[]> letters;

  @BeforeEach
  void start() {
    driver = new TopologyTestDriver(topology(), settings(), NOW);
    anomalies =
        driver.createInputTopic(
            Topics.ANOMALIES, new ByteArraySerializer(), new ByteArraySerializer());
    notifications =
        driver.createOutputTopic(
            Topics.NOTIFICATIONS, new StringDeserializer(), new ByteArrayDeserializer());
    letters =
        driver.createOutputTopic(
            Topics.NOTIFICATIONS_DEAD_LETTER,
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldMatchTheGoldenTopology() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("alert-topology.txt")) {
      assertThat(golden).isNotNull();
      assertThat(topology().describe().toString().strip())
          .isEqualTo(new String(golden.readAllBytes(), UTF_8).strip());
    }
  }

  @Test
  void shouldNotifyOnceOfFiringAndOnceOfResolution() {
    send(Anomalies.open("fp"));
    send(Anomalies.open("fp"));
    send(Anomalies.open("fp").setRevision(1));
    send(Anomalies.resolved("fp", 2));
    send(Anomalies.resolved("fp", 2));
    send(Anomalies.open("fp").setRevision(1));
    pass();

    List<TestRecord<String, byte[]>> records = notifications.readRecordsToList();
    assertThat(records)
        .extracting(TestRecord::key)
        .allSatisfy(key -> assertThat(key).startsWith("log|{}:{alertname=\"Latency\", "));
    assertThat(records)
        .extracting(r -> decoder.decode(r.value()))
        .extracting(Notification::getStatus, Notification::getReason)
        .containsExactly(
            tuple(AlertStatus.FIRING, NotificationReason.FIRST_NOTIFICATION),
            tuple(AlertStatus.RESOLVED, NotificationReason.ALL_ALERTS_RESOLVED));
    assertThat(letters.isEmpty()).isTrue();
  }

  @Test
  void shouldHandleASilenceBeforeTheTimersThatAreDueAfterIt() {
    groupWait = Duration.ofSeconds(30);
    restart();
    Instant opened = NOW.plusSeconds(1);
    send(Anomalies.open("fp").setOpenedAt(opened));
    input(silence("s", "service", "checkout"));
    driver.advanceWallClockTime(Duration.ofMinutes(10));
    assertThat(notifications.isEmpty()).isTrue();

    TestOutputTopic<String, byte[]> commands =
        driver.createOutputTopic(
            Topics.ALERT_COMMANDS, new StringDeserializer(), new ByteArrayDeserializer());
    assertThat(commands.readKeyValue().key).isEqualTo("s");
  }

  @Test
  void shouldNotHandleTimersThatWereNotDueWhenTheTickWasWritten() {
    groupWait = Duration.ofMillis(100);
    restart();
    send(Anomalies.open("fp").setOpenedAt(NOW));
    // Due now, and not looked at yet, as after a restart.
    driver.advanceWallClockTime(Duration.ofMillis(150));
    input(new TimerTick(0));
    assertThat(notifications.isEmpty()).isTrue();
    input(silence("s", "service", "checkout"));
    driver.advanceWallClockTime(Duration.ofMinutes(10));

    assertThat(notifications.isEmpty()).isTrue();
  }

  @Test
  void shouldNotifyOfAlertsOfOtherSystems() {
    input(
        new ExternalAlert(
            Map.of("alertname", "Down", "severity", "critical"),
            Map.of("summary", "it is down"),
            NOW,
            NOW.plusSeconds(300),
            "http://prometheus/graph"));

    Notification notification = decoder.decode(notifications.readValue());
    assertThat(notification.getAlerts().get(0).getAnomaly()).isNull();
    assertThat(notification.getAlerts().get(0).getGeneratorUrl())
        .isEqualTo("http://prometheus/graph");
    driver.advanceWallClockTime(Duration.ofSeconds(301));
    driver.advanceWallClockTime(Duration.ofSeconds(10));
    assertThat(decoder.decode(notifications.readValue()).getStatus())
        .isEqualTo(AlertStatus.RESOLVED);
  }

  @Test
  void shouldTakeOverTheAlertsOfABuildWithoutGroups() throws IOException {
    byte[] stored = HexFormat.of().parseHex(text("stored-alert/avro-1-firing.hex").strip());
    registry.register(
        "anomalies-value", new Schema.Parser().parse(text("stored-alert/anomaly.avsc")));
    driver.<String, byte[]>getKeyValueStore(AlertTopology.FORMER_ALERTS_STORE).put("fp", stored);
    pass();
    pass();
    assertThat(notifications.isEmpty()).isTrue();
    send(Anomalies.resolved("fp", 2));
    pass();

    assertThat(notifications.readValuesToList())
        .extracting(value -> decoder.decode(value).getReason())
        .containsExactly(NotificationReason.ALL_ALERTS_RESOLVED);
    assertThat(
            driver
                .<String, byte[]>getKeyValueStore(AlertTopology.FORMER_ALERTS_STORE)
                .approximateNumEntries())
        .isZero();
  }

  private static AlertCommand silence(String id, String label, String value) {
    return AlertCommand.newBuilder()
        .setTenantId("default")
        .setId(id)
        .setIssuedAt(NOW)
        .setCommand(
            Silence.newBuilder()
                .setMatchers(List.of(new Matcher(label, value, false, true)))
                .setStartsAt(NOW)
                .setEndsAt(NOW.plus(Duration.ofDays(1)))
                .setCreatedBy("ops")
                .build())
        .build();
  }

  private void input(Object input) {
    AvroEncoder<AlertInput> inputs =
        new AvroEncoder<>(
            registry, SubjectCatalog.valueSubject(Topics.ALERT_INPUTS), AlertInput.class);
    driver
        .createInputTopic(Topics.ALERT_INPUTS, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            "default".getBytes(UTF_8), inputs.encode(InputWriter.input("default", NOW, input)));
  }

  /** The time after which changes of a group are notified. */
  private void pass() {
    driver.advanceWallClockTime(INTERVAL.plusSeconds(1));
  }

  private void restart() {
    driver.close();
    start();
  }

  @Test
  void shouldWriteAnAuditEntryForEachAlertOfANotification() {
    TestOutputTopic<String, byte[]> entries =
        driver.createOutputTopic(
            Topics.AUDIT_ENTRIES, new StringDeserializer(), new ByteArrayDeserializer());
    AvroDecoder<AuditEntry> entryDecoder = new AvroDecoder<>(registry, AuditEntry.class);
    send(Anomalies.open("fp"));
    send(Anomalies.open("fp"));
    send(Anomalies.resolved("fp", 2));
    pass();

    assertThat(entries.readValuesToList())
        .extracting(entryDecoder::decode)
        .allSatisfy(
            entry ->
                assertThat(entry.getDetails())
                    .containsEntry("receiver", "log")
                    .containsEntry("label.service", "checkout")
                    .containsKeys("notificationId", "anomalyId"))
        .extracting(AuditEntry::getAction)
        .containsExactly("alert.firing", "alert.resolved");
  }

  @Test
  void shouldContainAllFieldsInANotification() {
    send(Anomalies.open("fp"));

    Notification told = decoder.decode(notifications.readValue());
    assertThat(told.getDecidedAt()).isEqualTo(NOW);
    assertThat(told.getNotificationId()).matches("[0-9a-f]{64}");
    assertThat(told.getAlerts()).hasSize(1);
    assertThat(told.getAlerts().get(0).getLabels())
        .containsEntry("alertname", "Latency")
        .containsEntry("detector", "isolation_forest")
        .containsEntry("severity", "high")
        .containsEntry("service", "checkout")
        .containsEntry("operation", "fp")
        .doesNotContainKey("rule");
    assertThat(told.getAlerts().get(0).getAnnotations())
        .containsEntry("description", "errorRatePercent 12.5, p95Ms 840 (expected 120)");
  }

  @Test
  void shouldNotifyOnceMoreWhenSeverityRises() {
    send(Anomalies.open("fp").setSeverity(Severity.LOW));
    send(Anomalies.open("fp").setSeverity(Severity.CRITICAL).setRevision(1));
    pass();

    assertThat(notifications.readValuesToList())
        .extracting(v -> decoder.decode(v).getReason())
        .containsExactly(
            NotificationReason.FIRST_NOTIFICATION, NotificationReason.NEW_ALERTS_ADDED);
  }

  @Test
  void shouldContinueAfterMalformedRecords() {
    Random random = new Random(7);
    int poison = 0;
    for (int i = 0; i < 1_000; i++) {
      if (i % 10 == 3) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        anomalies.pipeInput(bytes, bytes);
        poison++;
      } else {
        send(Anomalies.open("fp-" + i));
      }
    }

    assertThat(notifications.readValuesToList()).hasSize(1_000 - poison);
    assertThat(letters.readValuesToList()).hasSize(poison);
    assertThat(count("tracetide.sink.received")).isEqualTo(1_000);
    assertThat(count("tracetide.sink.decisions")).isEqualTo(1_000 - poison);
    assertThat(count("tracetide.sink.poison")).isEqualTo(poison);
  }

  @Test
  void shouldContinueAfterAnAlertWithAMalformedAnomaly() {
    input(
        AlertRecord.newBuilder()
            .setStatus(AlertStatus.FIRING)
            .setAnomalyId("fp@1")
            .setOpenedAt(NOW)
            .setRevision(0)
            .setRecipients(List.of())
            .setAnomaly(ByteBuffer.wrap(new byte[] {1, 2, 3}))
            .build());
    send(Anomalies.open("fp"));

    assertThat(header(letters.readRecord().headers(), "reason")).isEqualTo("bad_magic");
    assertThat(notifications.readValuesToList()).hasSize(1);
  }

  @Test
  void shouldPutReasonAndOriginInTheDeadLettersHeaders() {
    send(Anomalies.open("fp"));
    byte[] poison = "not avro".getBytes(UTF_8);
    anomalies.pipeInput(
        new TestRecord<>("k".getBytes(UTF_8), poison, NOW) {
          {
            headers().add("authorization", "Bearer canary".getBytes(UTF_8));
          }
        });

    TestRecord<byte[], byte[]> letter = letters.readRecord();
    assertThat(letter.key()).isEqualTo("k".getBytes(UTF_8));
    assertThat(letter.value()).isEqualTo(poison);
    assertThat(header(letter.headers(), "reason")).isEqualTo("bad_magic");
    assertThat(header(letter.headers(), "topic")).isEqualTo(Topics.ANOMALIES);
    assertThat(header(letter.headers(), "partition")).isEqualTo("0");
    assertThat(header(letter.headers(), "offset")).isEqualTo("1");
    assertThat(letter.headers().lastHeader("authorization")).isNull();
  }

  @Test
  void shouldDeadLetterRecordsWithAWrongKey() {
    Anomaly anomaly = Anomalies.open("fp").build();
    anomalies.pipeInput("another".getBytes(UTF_8), encoder.encode(anomaly));
    anomalies.pipeInput(null, encoder.encode(anomaly));
    anomalies.pipeInput("fp".getBytes(UTF_8), (byte[]) null);
    anomalies.pipeInput("fp".getBytes(UTF_8), new byte[300 << 10]);
    String endless = "x".repeat(70_000);
    send(Anomalies.open(endless));
    send(Anomalies.open("fp"));

    assertThat(letters.readRecordsToList())
        .extracting(r -> header(r.headers(), "reason"))
        .containsExactly("bad_key", "bad_key", "empty", "too_large", "bad_key");
    assertThat(notifications.readValuesToList()).hasSize(1);
  }

  @Test
  void shouldKeepTheBeginningOfAnAnomalyThatIsTooLarge() {
    byte[] large = encoder.encode(Anomalies.open("fp").setSummary("x".repeat(300 << 10)).build());
    anomalies.pipeInput("fp".getBytes(UTF_8), large);

    TestRecord<byte[], byte[]> letter = letters.readRecord();
    assertThat(large).startsWith(letter.value());
    assertThat(letter.value()).hasSizeLessThanOrEqualTo(1_024);
    assertThat(header(letter.headers(), "reason")).isEqualTo("too_large");
    assertThat(header(letter.headers(), "valueBytes")).isEqualTo(Integer.toString(large.length));
  }

  @Test
  void shouldDeadLetterNamesThatAreTooLongForTheKeyOfAGroup() {
    send(Anomalies.open("fp").setServiceName("x".repeat(70_000)));
    send(Anomalies.open("fp"));

    assertThat(letters.readRecordsToList())
        .extracting(r -> header(r.headers(), "reason"))
        .containsExactly("bad_name");
    assertThat(notifications.readValuesToList()).hasSize(1);
  }

  @Test
  void shouldFitANotificationIntoARecordWithAnyNumberOfFeatures() {
    Map<String, Double> figures = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      figures.put("f" + i, 1e308);
    }
    send(Anomalies.open("fp").setObserved(figures).setExpected(Map.of()));

    Notification told = decoder.decode(notifications.readValue());
    assertThat(told.getAlerts().get(0).getAnnotations().get("description")).hasSize(8_192);
  }

  @Test
  void shouldStopRatherThanDeadLetterWhenTheRegistryIsDown() {
    byte[] record = encoder.encode(Anomalies.open("fp").build());
    registry.down = true;

    assertThatThrownBy(() -> anomalies.pipeInput("fp".getBytes(UTF_8), record))
        .isInstanceOf(StreamsException.class)
        .hasCauseInstanceOf(RegistryUnavailableException.class);
    assertThat(letters.isEmpty()).isTrue();
  }

  @Test
  void shouldGiveTheSameIdsAfterAReset() {
    List<String> first = idsOfAStory();
    stop();
    start();

    assertThat(idsOfAStory()).isEqualTo(first).hasSize(30).doesNotHaveDuplicates();
  }

  private List<String> idsOfAStory() {
    IntStream.range(0, 15)
        .forEach(
            i -> {
              send(Anomalies.open("fp-" + i));
              send(Anomalies.resolved("fp-" + i, 1));
            });
    pass();
    return notifications.readValuesToList().stream()
        .map(v -> decoder.decode(v).getNotificationId())
        .toList();
  }

  private void send(Anomaly.Builder anomaly) {
    String fingerprint = anomaly.getFingerprint();
    // Each alert is the only one of its group.
    Anomaly built =
        anomaly
            .setOperationName(fingerprint.substring(0, Math.min(fingerprint.length(), 100)))
            .build();
    anomalies.pipeInput(built.getFingerprint().getBytes(UTF_8), encoder.encode(built));
  }

  private double count(String meter) {
    return meters.find(meter).counters().stream().mapToDouble(Counter::count).sum();
  }

  private Topology topology() {
    Timing timing = new Timing(groupWait, INTERVAL, Duration.ofHours(4), 1, Duration.ofDays(1));
    Routing routing =
        new Routing(
            new Route(
                "{}",
                List.of(),
                new RouteOptions(
                    "log",
                    GroupBy.of("alertname", "operation"),
                    timing,
                    List.of(),
                    List.of(),
                    List.of()),
                false,
                List.of()),
            Map.of("log", List.of(new Integration("log", true))),
            List.of(),
            Map.of(),
            List.of());
    return new AlertTopology(
            registry, () -> routing, new DecisionProgress(), new SinkMetrics(meters), settings())
        .get();
  }

  private static String text(String resource) throws IOException {
    try (InputStream file = AlertTopologyTest.class.getResourceAsStream(resource)) {
      assertThat(file).as(resource).isNotNull();
      return new String(file.readAllBytes(), UTF_8);
    }
  }

  private Properties settings() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "tracetide-alerts");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    return settings;
  }

  private static String header(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), UTF_8);
  }

  /** A registry that can be taken down. */
  private static final class Outage implements SchemaRegistry {
    private final SchemaRegistry up;
    private boolean down;

    Outage(SchemaRegistry up) {
      this.up = up;
    }

    @Override
    public int register(String subject, Schema schema) {
      return up.register(subject, schema);
    }

    @Override
    public int lookup(String subject, Schema schema) {
      return up.lookup(subject, schema);
    }

    @Override
    public Schema schemaById(int id) {
      if (down) {
        throw new RegistryUnavailableException("down", new IOException("down"));
      }
      return up.schemaById(id);
    }

    @Override
    public void setCompatibility(String subject, String level) {
      up.setCompatibility(subject, level);
    }

    @Override
    public void close() {}
  }
}
