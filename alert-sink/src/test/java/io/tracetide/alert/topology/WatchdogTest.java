package io.tracetide.alert.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.route.AlertPolicy;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.Integration;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Timing;
import io.tracetide.alert.route.Watchdog;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.ExternalAlert;
import io.tracetide.schemas.Matcher;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.Silence;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watchdog through the topology, in virtual time. */
class WatchdogTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroDecoder<Notification> decoder = new AvroDecoder<>(registry, Notification.class);
  private Routing routing = Watchdog.in(routing(List.of()), "switch", MINUTE);
  private TopologyTestDriver driver;
  private TestOutputTopic<String, byte[]> notifications;

  @BeforeEach
  void start() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    driver =
        new TopologyTestDriver(
            new AlertTopology(
                    registry,
                    () -> routing,
                    new DecisionProgress(),
                    new SinkMetrics(new SimpleMeterRegistry()),
                    settings)
                .get(),
            settings,
            NOW);
    notifications =
        driver.createOutputTopic(
            Topics.NOTIFICATIONS, new StringDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldNotifyItsReceiverOnceInEachInterval() {
    pass(Duration.ofMinutes(10));

    List<Notification> sent = read();
    assertThat(sent).hasSize(10);
    assertThat(sent)
        .allSatisfy(
            each -> {
              assertThat(each.getReceiver()).isEqualTo("switch");
              assertThat(each.getAlerts()).hasSize(1);
              assertThat(each.getAlerts().get(0).getLabels()).isEqualTo(Watchdog.LABELS);
            });
    assertThat(sent.get(0).getReason()).isEqualTo(NotificationReason.FIRST_NOTIFICATION);
    assertThat(sent.subList(1, 10))
        .extracting(Notification::getReason)
        .containsOnly(NotificationReason.REPEAT_INTERVAL_ELAPSED);
    assertThat(sent).extracting(Notification::getNotificationId).doesNotHaveDuplicates();
    for (int i = 1; i < sent.size(); i++) {
      assertThat(Duration.between(sent.get(i - 1).getDecidedAt(), sent.get(i).getDecidedAt()))
          .isBetween(MINUTE, MINUTE.plusSeconds(1));
    }
  }

  @Test
  void shouldFireAtOnceWhateverThePoliciesAre() {
    AlertPolicy slow = new AlertPolicy(List.of(), Duration.ofHours(1), Duration.ofHours(1));
    routing = Watchdog.in(routing(List.of(slow)), "switch", MINUTE);

    pass(MINUTE);

    assertThat(read()).isNotEmpty();
  }

  @Test
  void shouldNotBeTakenForTheWatchdogOfAnotherSystem() {
    pass(Duration.ofSeconds(1));
    read();
    input(
        new ExternalAlert(
            Map.of("alertname", "Watchdog", "severity", "none"),
            Map.of(),
            NOW,
            NOW.plusSeconds(600),
            ""));

    assertThat(read()).extracting(Notification::getReceiver).containsExactly("ops");
  }

  @Test
  void shouldStopWhileItIsSilenced() {
    pass(Duration.ofSeconds(1));
    read();
    input(
        AlertCommand.newBuilder()
            .setTenantId("default")
            .setId("s")
            .setIssuedAt(NOW)
            .setCommand(
                Silence.newBuilder()
                    .setMatchers(List.of(new Matcher("alertname", "Watchdog", false, true)))
                    .setStartsAt(NOW)
                    .setEndsAt(NOW.plusSeconds(300))
                    .setCreatedBy("ops")
                    .build())
            .build());

    pass(Duration.ofSeconds(298));
    assertThat(read()).isEmpty();
    pass(Duration.ofSeconds(90));
    assertThat(read()).isNotEmpty();
  }

  @Test
  void shouldUseAnotherReceiverAndIntervalAfterAReload() {
    pass(Duration.ofSeconds(1));
    read();
    routing = Watchdog.in(routing(List.of()), "ops", Duration.ofSeconds(20));

    pass(Duration.ofMinutes(3));

    assertThat(read())
        .hasSizeBetween(8, 10)
        .extracting(Notification::getReceiver)
        .containsOnly("ops");
  }

  @Test
  void shouldBeResolvedAndNotBeRoutedToOthersWhenItIsRemoved() {
    pass(Duration.ofMinutes(2));
    read();
    routing = routing(List.of(new AlertPolicy(List.of(), Duration.ZERO, Duration.ofHours(1))));

    pass(Duration.ofMinutes(30));

    List<Notification> sent = read();
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).getReceiver()).isEqualTo("switch");
    assertThat(sent.get(0).getReason()).isEqualTo(NotificationReason.ALL_ALERTS_RESOLVED);
    assertThat(driver.getKeyValueStore(AlertStores.ALERTS).approximateNumEntries()).isZero();
  }

  @Test
  void shouldBeReportedByTheFirstPartitionOnly() {
    WatchdogReports reports = new WatchdogReports();

    assertThat(reports.due(routing, 1, NOW)).isEmpty();
    assertThat(reports.due(routing, 0, NOW)).isPresent();
    assertThat(reports.due(routing, 0, NOW.plusSeconds(59))).isEmpty();
    assertThat(reports.due(routing, 0, NOW.plusSeconds(60))).isPresent();
    // The clock was set back.
    assertThat(reports.due(routing, 0, NOW.minusSeconds(60))).isPresent();
    assertThat(reports.due(routing(List.of()), 0, NOW.plusSeconds(600))).isEmpty();
  }

  @Test
  void shouldEndIfItIsNotReported() {
    WatchdogReports reports = new WatchdogReports();
    AlertInput report = reports.due(routing, 0, NOW).orElseThrow();

    assertThat(((ExternalAlert) report.getInput()).getEndsAt())
        .isEqualTo(NOW.plus(MINUTE.multipliedBy(5)));
    assertThat(report.getTenantId()).isEqualTo(Watchdog.TENANT);
  }

  /** Lets the time pass in steps that are shorter than the pause between two looks at timers. */
  private void pass(Duration time) {
    Duration step = Duration.ofMillis(250);
    for (long i = 0; i < time.toMillis() / step.toMillis(); i++) {
      driver.advanceWallClockTime(step);
    }
  }

  private List<Notification> read() {
    return notifications.readValuesToList().stream().map(decoder::decode).toList();
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

  private static Routing routing(List<AlertPolicy> policies) {
    Timing timing =
        new Timing(
            Duration.ZERO, Duration.ofMinutes(5), Duration.ofHours(4), 1, Duration.ofDays(7));
    return new Routing(
        new Route(
            "{}",
            List.of(),
            new RouteOptions(
                "ops", GroupBy.of("alertname"), timing, List.of(), List.of(), List.of()),
            false,
            List.of()),
        Map.of(
            "ops", List.of(new Integration("ops", true)),
            "switch", List.of(new Integration("switch", true))),
        List.of(),
        Map.of(),
        policies);
  }
}
