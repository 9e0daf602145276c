package io.tracetide.alert.channel.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.ChannelContractTest;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.InjectionCorpus;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.Severity;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AlertmanagerChannelTest extends ChannelContractTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Clock CLOCK = Clock.fixed(Notifications.DECIDED_AT, ZoneOffset.UTC);

  @Override
  protected ChannelConfig config(String url, String secret, Duration timeout) {
    return config(new BasicAuthConfig("tracetide", Secret.of(secret)), Secret.NONE, timeout, url);
  }

  private static AlertmanagerConfig config(
      BasicAuthConfig basic, Secret token, Duration timeout, String... urls) {
    return new AlertmanagerConfig(
        Arrays.stream(urls).map(Secret::of).toList(),
        basic,
        token,
        Duration.ofDays(1),
        true,
        true,
        timeout,
        timeout);
  }

  @Test
  void shouldPushFiringAlertsThatEndLater() throws Exception {
    try (StubEndpoint endpoint = StubEndpoint.answering(200);
        Channel channel = open(Secret.NONE, endpoint.url("/am/"))) {
      assertThat(channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1))))
          .isInstanceOf(Delivered.class);

      StubEndpoint.Post post = endpoint.posts().get(0);
      assertThat(post.path()).isEqualTo("/am/api/v2/alerts");
      JsonNode alert = new ObjectMapper().readTree(post.body()).get(0);
      assertThat(alert.at("/labels/alertname").asText()).isNotEmpty();
      assertThat(alert.at("/labels/service").asText()).isEqualTo("checkout");
      assertThat(alert.at("/annotations/summary").asText()).startsWith("p95 of");
      assertThat(alert.at("/annotations/trace_slowest").asText())
          .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
      assertThat(alert.get("startsAt").asText()).isEqualTo("2026-03-01T10:00:00Z");
      assertThat(alert.get("endsAt").asText()).isEqualTo("2026-03-02T10:00:01Z");
      assertThat(alert.has("generatorURL")).isFalse();
    }
  }

  @Test
  void shouldPushResolvedAlertsWithTheirEnd() throws Exception {
    try (StubEndpoint endpoint = StubEndpoint.answering(200);
        Channel channel = open(Secret.NONE, endpoint.url(""))) {
      channel.deliver(Messages.of(Notifications.resolved("ops", "fp", 2)));

      assertThat(alerts(endpoint, 0).at("/0/endsAt").asText()).isEqualTo("2026-03-01T10:05:00Z");
    }
  }

  @Test
  void shouldResolveTheAlertWithTheFormerSeverity() throws Exception {
    try (StubEndpoint endpoint = StubEndpoint.answering(200);
        Channel channel = open(Secret.NONE, endpoint.url(""))) {
      channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1)));
      channel.deliver(
          Messages.of(
              Notifications.of(
                  "ops", 2, Anomalies.open("fp").setSeverity(Severity.CRITICAL).build())));
      channel.deliver(
          Messages.of(
              Notifications.of(
                  "ops", 3, Anomalies.open("fp").setSeverity(Severity.CRITICAL).build())));

      JsonNode second = alerts(endpoint, 1);
      assertThat(second).hasSize(2);
      assertThat(second.at("/0/labels/severity").asText()).isEqualTo("high");
      assertThat(second.at("/0/endsAt").asText()).isEqualTo("2026-03-01T10:00:01Z");
      assertThat(second.at("/1/labels/severity").asText()).isEqualTo("critical");
      assertThat(alerts(endpoint, 2)).hasSize(1);
    }
  }

  @Test
  void shouldSendOnlyValidLabels() throws Exception {
    Notification firing = Notifications.firing("ops", "fp", 1);
    Map<String, String> labels = new HashMap<>();
    labels.put("k8s.pod-name", "a");
    labels.put("9lives", "b");
    labels.put("empty", "");
    labels.put("größe", "c");
    Alert alert = Alert.newBuilder(firing.getAlerts().get(0)).setLabels(labels).build();
    try (StubEndpoint endpoint = StubEndpoint.answering(200);
        Channel channel = open(Secret.NONE, endpoint.url(""))) {
      channel.deliver(
          Messages.of(Notification.newBuilder(firing).setAlerts(List.of(alert)).build()));

      JsonNode sent = alerts(endpoint, 0).at("/0/labels");
      assertThat(sent.toString())
          .isEqualTo(
              "{\"_9lives\":\"b\",\"alertname\":\"Tracetide\",\"gr__e\":\"c\","
                  + "\"k8s_pod_name\":\"a\"}");
    }
  }

  @Test
  void shouldSendCredentials() {
    try (StubEndpoint endpoint = StubEndpoint.answering(200);
        Channel basic = config(endpoint.url(""), "pass", TIMEOUT).open(context());
        Channel bearer = open(Secret.of("token"), endpoint.url(""))) {
      basic.deliver(Messages.of(Notifications.firing("ops", "fp", 1)));
      bearer.deliver(Messages.of(Notifications.firing("ops", "fp", 1)));

      assertThat(endpoint.posts().get(0).headers())
          .containsEntry("authorization", "Basic dHJhY2V0aWRlOnBhc3M=");
      assertThat(endpoint.posts().get(1).headers()).containsEntry("authorization", "Bearer token");
    }
  }

  @Test
  void shouldTryAllInstancesAndNeedOneThatAccepts() {
    try (StubEndpoint down = StubEndpoint.answering(503);
        StubEndpoint up = StubEndpoint.answering(200);
        StubEndpoint hanging = StubEndpoint.hanging();
        Channel channel =
            config(
                    BasicAuthConfig.defaults(),
                    Secret.NONE,
                    Duration.ofSeconds(2),
                    down.url(""),
                    up.url(""),
                    hanging.url(""))
                .open(context())) {
      DeliveryResult result = channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1)));

      assertThat(result).isEqualTo(new Delivered("2 of 3 instances have not accepted the alerts"));
      assertThat(List.of(down, up, hanging)).allMatch(instance -> instance.posts().size() == 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"503, 400, SERVER_ERROR, true", "400, 401, CLIENT_ERROR, false"})
  void shouldRetryWhenAnyInstanceMayAcceptLater(
      int first, int second, FailureReason reason, boolean retried) {
    try (StubEndpoint one = StubEndpoint.answering(first);
        StubEndpoint two = StubEndpoint.answering(second);
        Channel channel = open(Secret.NONE, one.url(""), two.url(""))) {
      DeliveryResult result = channel.deliver(Messages.of(Notifications.firing("ops", "fp", 1)));

      if (retried) {
        assertThat(result)
            .isInstanceOfSatisfying(Retryable.class, r -> assertThat(r.reason()).isEqualTo(reason));
      } else {
        assertThat(result)
            .isInstanceOfSatisfying(Rejected.class, r -> assertThat(r.reason()).isEqualTo(reason));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.tracetide.alert.channel.InjectionCorpus#cases")
  void shouldKeepAnyTextInItsPlace(InjectionCorpus.Case injected) throws Exception {
    byte[] json =
        new AlertsBody(Duration.ofDays(1))
            .of(injected.message(), SentSeverities.NONE, CLOCK.instant());

    JsonNode alerts = new ObjectMapper().readTree(json);
    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).fieldNames())
        .toIterable()
        .containsExactly("labels", "annotations", "startsAt", "endsAt", "generatorURL");
    AlertMessage message = injected.message();
    alerts
        .get(0)
        .get("labels")
        .fieldNames()
        .forEachRemaining(
            name ->
                assertThat(message.alerts().get(0).alert().getLabels().keySet()).contains(name));
  }

  @Test
  void shouldAppendThePathToTheBaseAddress() {
    assertThat(AlertmanagerChannel.endpoint(URI.create("https://am.example.com")))
        .hasToString("https://am.example.com/api/v2/alerts");
    assertThat(AlertmanagerChannel.endpoint(URI.create("https://am.example.com:9093/a/?b=c%20d")))
        .hasToString("https://am.example.com:9093/a/api/v2/alerts?b=c%20d");
  }

  private static Channel open(Secret token, String... urls) {
    return config(BasicAuthConfig.defaults(), token, TIMEOUT, urls).open(context());
  }

  private static ChannelContext context() {
    return ChannelContext.of("ops", CLOCK);
  }

  private static JsonNode alerts(StubEndpoint endpoint, int post) throws Exception {
    return new ObjectMapper().readTree(endpoint.posts().get(post).body());
  }
}
