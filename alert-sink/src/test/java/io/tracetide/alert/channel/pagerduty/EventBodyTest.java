package io.tracetide.alert.channel.pagerduty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.InjectionCorpus;
import io.tracetide.alert.decision.Severity;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventBodyTest {
  private static final Secret KEY = Secret.of("0123456789abcdef0123456789abcdef");
  private final EventBody body = new EventBody(KEY, "ops");

  @Test
  void shouldTriggerAnIncidentWithTheContentOfTheMessage() throws Exception {
    JsonNode event = event(InjectionCorpus.harmless());

    assertThat(event.get("event_action").asText()).isEqualTo("trigger");
    assertThat(event.get("routing_key").asText()).isEqualTo(KEY.reveal());
    assertThat(event.get("dedup_key").asText()).matches("[0-9a-f]{64}");
    assertThat(event.get("client").asText()).isEqualTo("Tracetide");
    assertThat(event.get("client_url").asText()).startsWith("https://tracetide.example/");
    JsonNode payload = event.get("payload");
    assertThat(payload.get("summary").asText()).startsWith("[FIRING:1]").contains("zqx");
    assertThat(payload.get("source").asText()).isEqualTo("checkout");
    assertThat(payload.get("severity").asText()).isEqualTo("error");
    assertThat(payload.get("component").asText()).isEqualTo("POST /pay");
    assertThat(payload.get("class").asText()).isEqualTo("latency");
    assertThat(payload.get("timestamp").asText()).isEqualTo("2026-03-01T10:00:01Z");
    assertThat(payload.at("/custom_details/observed/p95Ms").asDouble()).isEqualTo(840);
    assertThat(payload.at("/custom_details/expected/p95Ms").asDouble()).isEqualTo(120);
    assertThat(payload.at("/custom_details/alerts/0/labels/service").asText())
        .isEqualTo("checkout");
    assertThat(payload.at("/custom_details/traces/slowest").asText())
        .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(payload.at("/custom_details/reason").asText()).isEqualTo("first notification");
    assertThat(event.get("links").findValuesAsText("text"))
        .contains("Dashboard", "Trace (slowest)", "Silence", "Acknowledge");
  }

  @Test
  void shouldUseOneIncidentOverTheLifeOfAGroup() throws Exception {
    Notification firing = Notifications.firing("ops", "fp", 1);
    List<Notification> life =
        List.of(
            firing,
            with(firing, NotificationReason.ACKNOWLEDGED),
            with(firing, NotificationReason.UNACKNOWLEDGED),
            with(firing, NotificationReason.NEW_ALERTS_ADDED),
            Notifications.resolved("ops", "fp", 5));
    List<String> actions = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (Notification notification : life) {
      JsonNode event = event(Messages.of(notification));
      actions.add(event.get("event_action").asText());
      keys.add(event.get("dedup_key").asText());
    }

    assertThat(actions).containsExactly("trigger", "acknowledge", "trigger", "trigger", "resolve");
    assertThat(keys).containsOnly(keys.get(0));
  }

  @Test
  void shouldUseDifferentIncidentsForOtherGroupsTenantsAndReceivers() throws Exception {
    Notification firing = Notifications.firing("ops", "fp", 1);
    String key = event(Messages.of(firing)).get("dedup_key").asText();

    Notification tenant = Notification.newBuilder(firing).setTenantId("shop").build();
    assertThat(event(Messages.of(tenant)).get("dedup_key").asText()).isNotEqualTo(key);
    assertThat(event(Messages.of(Notifications.firing("ops", "g", 1))).get("dedup_key").asText())
        .isNotEqualTo(key);
    byte[] other = new EventBody(KEY, "dev").of(Messages.of(firing)).orElseThrow();
    assertThat(new ObjectMapper().readTree(other).get("dedup_key").asText()).isNotEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource({"CRITICAL, critical", "HIGH, error", "MEDIUM, warning", "LOW, info"})
  void shouldMapSeverities(Severity ours, String theirs) {
    assertThat(EventBody.severity(ours)).isEqualTo(theirs);
  }

  @Test
  void shouldCutTheSummaryAt1024CodePoints() throws Exception {
    String smileys = "\uD83D\uDE00".repeat(2_000);
    AlertMessage message =
        Messages.of(Notifications.of("ops", 1, Anomalies.open("fp").setSummary(smileys).build()));

    String summary = event(message).at("/payload/summary").asText();

    assertThat(summary.codePointCount(0, summary.length())).isLessThanOrEqualTo(1_024);
    assertThat(summary).doesNotContain("\uFFFD");
  }

  @Test
  void shouldDropDetailsAndThenLinksWhenTheEventIsTooLarge() throws Exception {
    Notification one = Notifications.firing("ops", "fp", 1);
    List<Alert> alerts = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Map<String, String> labels = new HashMap<>(one.getAlerts().get(0).getLabels());
      labels.put("padding", "x".repeat(2_000));
      alerts.add(Alert.newBuilder(one.getAlerts().get(0)).setLabels(labels).build());
    }
    AlertMessage message = Messages.of(Notification.newBuilder(one).setAlerts(alerts).build());

    byte[] json = body.of(message).orElseThrow();

    assertThat(json).hasSizeLessThanOrEqualTo(EventBody.MAX_BYTES);
    JsonNode event = event(message);
    assertThat(event.at("/payload/summary").asText()).isNotEmpty();
    assertThat(event.at("/payload").has("custom_details")).isFalse();
    assertThat(event.has("links")).isTrue();
  }

  @ParameterizedTest
  @MethodSource("io.tracetide.alert.channel.InjectionCorpus#cases")
  void shouldSendAValidEventForAnyText(InjectionCorpus.Case injected) throws Exception {
    JsonNode event = event(injected.message());

    assertThat(event.has("injected")).isFalse();
    assertThat(event.at("/payload/summary").asText()).doesNotContainPattern("\\p{Cntrl}");
    event
        .get("links")
        .findValuesAsText("href")
        .forEach(href -> assertThat(href).matches("https?://[^ ]+"));
  }

  private JsonNode event(AlertMessage message) throws Exception {
    String json = new String(body.of(message).orElseThrow(), UTF_8);
    assertThat(EventSchema.problems(json)).isEmpty();
    return new ObjectMapper().readTree(json);
  }

  private static Notification with(Notification notification, NotificationReason reason) {
    return Notification.newBuilder(notification).setReason(reason).build();
  }
}
