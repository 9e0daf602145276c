package io.tracetide.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.launch.PipelineFixture;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command over a real broker and registry. */
class NotificationsCommandIT {
  private final PipelineFixture platform = PipelineFixture.shared();
  private final String receiver = "r-" + UUID.randomUUID();
  private final String rejected = UUID.randomUUID().toString();
  private final String delivered = UUID.randomUUID().toString();

  @TempDir Path directory;
  private String config;

  @BeforeEach
  void write() throws Exception {
    config = platform.writeConfig(directory.resolve("tracetide.yaml"), "").toString();
    deadLetter(rejected);
    outcome(rejected, DeliveryStatus.REJECTED, "CLIENT_ERROR");
    deadLetter(delivered);
    outcome(delivered, DeliveryStatus.REJECTED, "CLIENT_ERROR");
    outcome(delivered, DeliveryStatus.DELIVERED, "");
  }

  @Test
  void shouldListTheNewestOutcomes() throws Exception {
    CommandLineUnderTest all = run("list", "--receiver", receiver, "--since", "10m");
    CommandLineUnderTest json =
        run("list", "--receiver", receiver, "--status", "rejected", "--json");
    CommandLineUnderTest none = run("list", "--receiver", receiver, "--tenant", "other");

    assertThat(all.exit()).isEqualTo(ExitCodes.OK);
    assertThat(all.out()).contains("rejected " + receiver + "/webhook", "2 of 2 notifications");
    JsonNode found = new ObjectMapper().readTree(json.out()).path("notifications");
    assertThat(found.findValuesAsText("notificationId")).containsExactly(rejected);
    assertThat(none.out()).contains("0 of 0 notifications");
  }

  @Test
  void shouldShowWhatIsRetained() throws Exception {
    CommandLineUnderTest shown = run("show", rejected);
    CommandLineUnderTest unknown = run("show", "unknown-" + rejected);

    JsonNode json = new ObjectMapper().readTree(shown.out());
    assertThat(shown.exit()).isEqualTo(ExitCodes.OK);
    assertThat(json.at("/outcome/status").asText()).isEqualTo("rejected");
    assertThat(json.at("/notification/alerts/0/fingerprint").asText()).isEqualTo("fp");
    assertThat(json.at("/deadLetter/reason").asText()).isEqualTo("client_error");
    assertThat(unknown.exit()).isEqualTo(ExitCodes.FAILURE);
  }

  @Test
  void shouldReplayDeadLettersOnceUnlessForced() {
    CommandLineUnderTest first = run("replay", "--receiver", receiver, "--since", "1h");
    assertThat(first.exit()).isEqualTo(ExitCodes.FAILURE);
    assertThat(first.out())
        .contains("replayed " + rejected, "left out " + delivered, "replayed 1 of 2");

    CommandLineUnderTest again = run("replay", rejected);
    assertThat(again.exit()).isEqualTo(ExitCodes.FAILURE);
    assertThat(again.out()).contains("it was replayed at");
    assertThat(run("replay", rejected, "--force").exit()).isEqualTo(ExitCodes.OK);

    List<ConsumerRecord<byte[], byte[]>> replayed =
        platform.read(Topics.NOTIFICATIONS).stream()
            .filter(record -> new String(record.key(), UTF_8).startsWith(receiver))
            .toList();
    assertThat(replayed)
        .hasSize(2)
        .allSatisfy(record -> assertThat(record.headers().lastHeader("replayedAt")).isNotNull());
  }

  @Test
  void shouldRefuseAnIncompleteCommandLine() {
    assertThat(run("replay").exit()).isEqualTo(ExitCodes.CONFIGURATION);
    assertThat(run("replay", rejected, "--receiver", receiver).exit())
        .isEqualTo(ExitCodes.CONFIGURATION);
    assertThat(run("list", "--since", "yesterday").exit()).isEqualTo(ExitCodes.CONFIGURATION);
    assertThat(run("list", "--limit", "0").exit()).isEqualTo(ExitCodes.CONFIGURATION);
  }

  private CommandLineUnderTest run(String command, String... args) {
    return CommandLineUnderTest.run(
        Stream.concat(Stream.of("notifications", command, "-c", config), Arrays.stream(args))
            .toArray(String[]::new));
  }

  private void deadLetter(String id) throws Exception {
    Notification notification =
        Notification.newBuilder()
            .setNotificationId(id)
            .setReceiver(receiver + "/webhook")
            .setGroupKey("{}:" + id)
            .setSequence(1)
            .setStatus(AlertStatus.FIRING)
            .setReason(NotificationReason.FIRST_NOTIFICATION)
            .setDecidedAt(now())
            .setAlerts(
                List.of(
                    Alert.newBuilder()
                        .setFingerprint("fp")
                        .setStatus(AlertStatus.FIRING)
                        .setStartsAt(now())
                        .setLabels(Map.of("alertname", "Latency"))
                        .build()))
            .build();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.NOTIFICATIONS_DEAD_LETTER,
            (receiver + "/webhook|{}:" + id).getBytes(UTF_8),
            platform.encoder(Topics.NOTIFICATIONS, Notification.class).encode(notification));
    record.headers().add("reason", "client_error".getBytes(UTF_8));
    platform.producer().send(record).get();
  }

  private void outcome(String id, DeliveryStatus status, String reason) throws Exception {
    NotificationOutcome outcome =
        new NotificationOutcome(
            "default",
            id,
            receiver + "/webhook",
            "webhook",
            "{}:" + id,
            1L,
            status,
            reason,
            "",
            1,
            now());
    platform
        .producer()
        .send(
            new ProducerRecord<>(
                Topics.NOTIFICATION_LOG,
                id.getBytes(UTF_8),
                platform
                    .encoder(Topics.NOTIFICATION_LOG, NotificationOutcome.class)
                    .encode(outcome)))
        .get();
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
