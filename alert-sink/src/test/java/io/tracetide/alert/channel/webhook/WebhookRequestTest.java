package io.tracetide.alert.channel.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.InjectionCorpus;
import io.tracetide.alert.channel.StubEndpoint;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Notification;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a webhook sends: signature, headers, template and number of alerts. */
class WebhookRequestTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:07Z");
  private static final String SECRET = "0123456789abcdef";

  private final StubEndpoint endpoint = StubEndpoint.answering(200);
  private final List<String> failures = new ArrayList<>();

  private Secret signingSecret = Secret.NONE;
  private Map<String, Secret> headers = Map.of();
  private String template = "";
  private int maxAlerts;

  @AfterEach
  void close() {
    endpoint.close();
  }

  @Test
  void shouldSignTheTimeAndTheBody() throws Exception {
    signingSecret = Secret.of(SECRET);

    StubEndpoint.Post post = deliver(InjectionCorpus.message(InjectionCorpus.Field.SUMMARY, "ä"));

    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    byte[] signed = ("1772359207." + post.body()).getBytes(StandardCharsets.UTF_8);
    assertThat(post.headers())
        .containsEntry("X-Tracetide-Timestamp", "1772359207")
        .containsEntry(
            "X-Tracetide-Signature", "v1=" + HexFormat.of().formatHex(mac.doFinal(signed)));
  }

  @Test
  void shouldSendTheExampleOfTheDocumentation() {
    assertThat(
            new Signature(Secret.of(SECRET), Clock.fixed(NOW, ZoneOffset.UTC))
                .headers("{\"version\":\"4\"}".getBytes(StandardCharsets.UTF_8)))
        .containsEntry(
            "x-tracetide-signature",
            "v1=d719e5b6c578e11ae5ea950b65761645bf1a0fd3740d96e07d1364267dc10ba3");
  }

  @Test
  void shouldNotSignWithoutASecret() {
    assertThat(deliver(InjectionCorpus.harmless()).headers())
        .doesNotContainKeys("X-Tracetide-Timestamp", "X-Tracetide-Signature");
  }

  @Test
  void shouldSendHeadersOfTheOperator() {
    headers = Map.of("X-Api-Key", Secret.of("k 1"), "authorization", Secret.of("Basic YTpi"));

    assertThat(deliver(InjectionCorpus.harmless()).headers())
        .containsEntry("X-Api-Key", "k 1")
        .containsEntry("Authorization", "Basic YTpi");
  }

  @Test
  void shouldSendTheLinks() throws Exception {
    JsonNode body = body(InjectionCorpus.harmless());

    String trace = "https://tracetide.example/trace/4bf92f3577b34da6a3ce929d0e0e4736";
    assertThat(body.get("externalURL").asText()).isEqualTo("https://tracetide.example/ui?a=1&b=2");
    assertThat(body.at("/links/dashboard").asText()).endsWith("/ui?a=1&b=2");
    assertThat(body.at("/links/silence").asText()).endsWith("/silence?t=1");
    assertThat(body.at("/links/acknowledge").asText()).endsWith("/ack?t=2");
    assertThat(body.at("/alerts/0/links/runbook").asText())
        .isEqualTo("https://runbooks.example/latency");
    assertThat(body.at("/alerts/0/links/slowest").asText()).isEqualTo(trace);
    assertThat(body.get("notification_reason").asText()).isEqualTo("first notification");
  }

  @Test
  void shouldLimitTheAlerts() throws Exception {
    AlertMessage message = alerts(5, 3);
    assertThat(body(message).get("alerts")).hasSize(5);
    assertThat(body(message).get("truncatedAlerts").asInt()).isEqualTo(3);

    maxAlerts = 2;

    JsonNode body = body(message);
    assertThat(body.get("alerts").findValuesAsText("fingerprint")).containsExactly("fp0", "fp1");
    assertThat(body.get("truncatedAlerts").asInt()).isEqualTo(6);
  }

  @Test
  void shouldSendTheBodyOfATemplate() {
    template = "{\"text\": \"{{summary}}\", \"n\": [{{#alerts}}1{{^-last}},{{/-last}}{{/alerts}}]}";

    assertThat(deliver(alerts(2, 0)).body())
        .isEqualTo("{\"text\": \"a \\\"b\\\" (and 1 other)\", \"n\": [1,1]}");
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldSendTheBuiltInBodyWhenTheTemplateFails() throws Exception {
    Map<String, String> reasons =
        Map.of(
            "{\"text\": {{summary}}}", "template: the rendered body is not valid JSON",
            "{} {}", "template: the rendered body is not valid JSON",
            "{{#omitted}}{}{{/omitted}}", "template: the rendered body is empty");
    for (Map.Entry<String, String> reason : reasons.entrySet()) {
      template = reason.getKey();
      failures.clear();

      assertThat(body(alerts(2, 0)).get("version").asText()).isEqualTo("4");
      assertThat(failures).containsExactly(reason.getValue());
    }
  }

  @Test
  void shouldSendInjectionsAsData() throws Exception {
    signingSecret = Secret.of(SECRET);
    Set<String> sent = new TreeSet<>(deliver(InjectionCorpus.harmless()).headers().keySet());
    try (Channel builtIn = open()) {
      template = "{\"a\": \"{{summary}}\", \"b\": [\"{{tenant}}\", \"{{title}}\"]}";
      try (Channel templated = open()) {
        for (InjectionCorpus.Case each : InjectionCorpus.cases().toList()) {
          StubEndpoint.Post post = deliver(builtIn, each.message());
          JsonNode body = new ObjectMapper().readTree(post.body());
          assertThat(values(body)).as(each.toString()).contains(unpaired(each.payload()));
          assertThat(body.findValues("injected")).isEmpty();
          assertThat(post.headers().keySet()).isEqualTo(sent);

          post = deliver(templated, each.message());
          body = new ObjectMapper().readTree(post.body());
          assertThat(body.fieldNames()).toIterable().containsExactly("a", "b");
          assertThat(body.get("b")).hasSize(2);
          assertThat(post.headers().keySet()).isEqualTo(sent);
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  /** JSON in UTF-8 has no half of a surrogate pair; which replacement it gets does not matter. */
  private static String unpaired(String text) {
    return text.replaceAll("[\\p{Cs}\uFFFD]+", "?");
  }

  private static List<String> values(JsonNode node) {
    List<String> values = new ArrayList<>();
    if (node.isValueNode()) {
      values.add(unpaired(node.asText()));
    }
    node.forEach(child -> values.addAll(values(child)));
    return values;
  }

  private static AlertMessage alerts(int count, int omitted) {
    return Messages.of(
        Notification.newBuilder(Notifications.firing("ops", "fp", 1))
            .setAlerts(
                IntStream.range(0, count)
                    .mapToObj(i -> Anomalies.open("fp" + i).setSummary("a \"b\"").build())
                    .map(Notifications::alert)
                    .toList())
            .setOmittedAlerts(omitted)
            .build());
  }

  private JsonNode body(AlertMessage message) throws Exception {
    return new ObjectMapper().readTree(deliver(message).body());
  }

  private StubEndpoint.Post deliver(AlertMessage message) {
    try (Channel channel = open()) {
      return deliver(channel, message);
    }
  }

  private StubEndpoint.Post deliver(Channel channel, AlertMessage message) {
    int before = endpoint.posts().size();
    assertThat(channel.deliver(message)).isInstanceOf(Delivered.class);
    return endpoint.posts().get(before);
  }

  private Channel open() {
    Duration timeout = Duration.ofSeconds(20);
    return new WebhookConfig(
            Secret.of(endpoint.url("/hook")),
            Secret.NONE,
            signingSecret,
            headers,
            template,
            maxAlerts,
            true,
            true,
            timeout,
            timeout)
        .open(
            new ChannelContext(
                "ops",
                Clock.fixed(NOW, ZoneOffset.UTC),
                KafkaConfig.defaults(),
                DeliveryMemory.inProcess(),
                (name, why) -> failures.add(name + ": " + why)));
  }
}
