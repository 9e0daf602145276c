package io.tracetide.alert.channel.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.ChannelContractTest;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.Peak;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookChannelTest extends ChannelContractTest {

  @Override
  protected ChannelConfig config(String url, String secret, Duration timeout) {
    return new WebhookConfig(Secret.of(url), Secret.of(secret), true, true, timeout, timeout);
  }

  @Test
  void shouldPostAlertmanagersFormatWithTheNotificationId() throws Exception {
    Notification notification =
        Notifications.of("ops", 3, Anomalies.open("fp").setSummary("a \"quoted\" \n name").build());
    try (StubEndpoint endpoint = StubEndpoint.answering(200);
        Channel channel = open(endpoint.url("/hook?sp=%2Frun&sig=a%2Bb%3D"))) {
      assertThat(channel.deliver(Messages.of(notification))).isInstanceOf(Delivered.class);

      StubEndpoint.Post post = endpoint.posts().get(0);
      assertThat(post.path()).isEqualTo("/hook?sp=%2Frun&sig=a%2Bb%3D");
      assertThat(post.headers())
          .containsEntry("Idempotency-Key", notification.getNotificationId())
          .containsEntry("Authorization", "Bearer token")
          .hasEntrySatisfying("Content-Type", t -> assertThat(t).startsWith("application/json"))
          .hasEntrySatisfying("Host", h -> assertThat(h).startsWith("127.0.0.1:"));
      JsonNode body = new ObjectMapper().readTree(post.body());
      assertThat(body.get("version").asText()).isEqualTo("4");
      assertThat(body.get("status").asText()).isEqualTo("firing");
      assertThat(body.get("receiver").asText()).isEqualTo("ops");
      assertThat(body.get("groupKey").asText()).isEqualTo("{fingerprint=\"fp\"}");
      assertThat(body.get("notification_reason").asText()).isEqualTo("first notification");
      assertThat(body.get("notificationId").asText()).isEqualTo(notification.getNotificationId());
      assertThat(body.at("/commonLabels/service").asText()).isEqualTo("checkout");
      assertThat(body.at("/alerts/0/annotations/summary").asText())
          .isEqualTo("a \"quoted\" \n name");
      assertThat(body.at("/alerts/0/startsAt").asText()).isEqualTo("2026-03-01T10:00:00Z");
      assertThat(body.at("/alerts/0/endsAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
      assertThat(body.at("/alerts/0/traces/slowest").asText())
          .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }
  }

  @Test
  void shouldContainTheEndOfAResolvedAlert() throws Exception {
    try (StubEndpoint endpoint = StubEndpoint.answering(204);
        Channel channel = open(endpoint.url("/"))) {
      assertThat(channel.deliver(Messages.of(Notifications.resolved("ops", "fp", 2))))
          .isInstanceOf(Delivered.class);

      JsonNode body = new ObjectMapper().readTree(endpoint.posts().get(0).body());
      assertThat(body.get("status").asText()).isEqualTo("resolved");
      assertThat(body.at("/alerts/0/endsAt").asText()).isEqualTo("2026-03-01T10:05:00Z");
    }
  }

  @Test
  void shouldContainThePeakOfAResolvedAlert() throws Exception {
    Exemplars worst = new Exemplars(null, "failed-at-the-peak", null);
    Anomaly anomaly =
        Anomalies.resolved("fp", 4)
            .setKind(AnomalyKind.ERROR_RATE)
            .setObserved(Map.of("error_rate_percent", 0.0))
            .setExpected(Map.of("error_rate_percent", 20.0))
            .setExemplars(worst)
            .setPeak(
                Peak.newBuilder()
                    .setWindowStart(Anomalies.OPENED_AT.minusSeconds(10))
                    .setWindowEnd(Anomalies.OPENED_AT)
                    .setObserved(Map.of("error_rate_percent", 66.7))
                    .setExpected(Map.of("error_rate_percent", 20.0))
                    .setContributions(Map.of("error_rate_percent", 1.0))
                    .setExemplars(worst)
                    .build())
            .build();
    try (StubEndpoint endpoint = StubEndpoint.answering(204);
        Channel channel = open(endpoint.url("/"))) {
      assertThat(channel.deliver(Messages.of(Notifications.of("ops", 4, anomaly))))
          .isInstanceOf(Delivered.class);

      JsonNode alert = new ObjectMapper().readTree(endpoint.posts().get(0).body()).at("/alerts/0");
      assertThat(alert.at("/annotations/description").asText())
          .isEqualTo("error_rate_percent 66.7 (expected 20)");
      assertThat(alert.at("/traces/error").asText()).isEqualTo("failed-at-the-peak");
      assertThat(alert.at("/peak/observed/error_rate_percent").asDouble()).isEqualTo(66.7);
      assertThat(alert.at("/peak/expected/error_rate_percent").asDouble()).isEqualTo(20);
      assertThat(alert.at("/peak/traces/error").asText()).isEqualTo("failed-at-the-peak");
      assertThat(alert.at("/peak/windowStart").asText()).isEqualTo("2026-03-01T09:59:50Z");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:%d/",
        "http://2130706433:%d/",
        "http://0x7f000001:%d/",
        "http://0:%d/",
        "http://localhost:%d/",
        "http://[::1]:%d/",
        "http://[::ffff:127.0.0.1]:%d/",
        "http://[::ffff:7f00:1]:%d/",
        "http://169.254.169.254:%d/",
        "http://10.0.0.1:%d/",
        "http://[fd00::1]:%d/",
      })
  void shouldRefusePrivateAddressesByDefault(String url) {
    try (StubEndpoint canary = StubEndpoint.answering(200)) {
      int port = Integer.parseInt(canary.url("").replaceAll(".*:", ""));
      WebhookConfig config =
          new WebhookConfig(
              Secret.of(String.format(url, port)),
              Secret.NONE,
              true,
              false,
              Duration.ofSeconds(1),
              Duration.ofSeconds(1));
      try (Channel channel = config.open(ChannelContext.of("ops", Clock.systemUTC()))) {
        var result = channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1)));

        // A form that the resolver does not take for an address is an unknown host.
        assertThat(result).isNotInstanceOf(Delivered.class);
        if (result instanceof Rejected rejected) {
          assertThat(rejected.reason()).isEqualTo(FailureReason.BLOCKED_ADDRESS);
        }
      }
      assertThat(canary.posts()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hooks.example.com",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "https:///path",
        "https://user:canary@hooks.example.com/",
        "https://hooks.example.com/#canary",
        "https://hooks.example.com:99999/",
        "https://127.1/",
        "https://hooks example.com/canary",
        "file:///etc/passwd",
      })
  void shouldRefuseInvalidUrlsWithoutShowingThem(String url) {
    assertThatThrownBy(() -> WebhookConfig.to(url))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("https://")
        .hasMessageNotContaining("canary");
  }

  private Channel open(String url) {
    return config(url, "token", Duration.ofSeconds(5))
        .open(ChannelContext.of("ops", Clock.systemUTC()));
  }
}
