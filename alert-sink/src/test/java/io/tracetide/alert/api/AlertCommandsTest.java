package io.tracetide.alert.api;

import static io.tracetide.alert.api.ApiFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.message.SignedAction;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.NotificationOutcome;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Silences, acknowledgements, feedback, and the links of messages. */
class AlertCommandsTest {
  @TempDir Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() {
    api = new ApiFixture(directory);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void shouldCreateChangeAndExpireASilence() throws Exception {
    String id = api.silence("service", "checkout");

    JsonNode silence = api.json("/api/v2/silence/" + id);
    assertThat(silence.at("/status/state").asText()).isEqualTo("active");
    assertThat(silence.at("/startsAt").asText()).isEqualTo(NOW.toString());
    assertThat(silence.at("/matchers/0").toString())
        .isEqualTo(
            "{\"isEqual\":true,\"isRegex\":false,\"name\":\"service\",\"value\":\"checkout\"}");

    String longer =
        ApiFixture.silenceJson("service", "checkout", ",\"id\":\"" + id + "\"")
            .replace(NOW.minusSeconds(5).toString(), NOW.toString())
            .replace(NOW.plusSeconds(7_200).toString(), NOW.plusSeconds(9_000).toString());
    assertThat(put(longer)).as("changed under its id").isEqualTo(id);
    assertThat(api.json("/api/v2/silence/" + id).at("/endsAt").asText())
        .isEqualTo(NOW.plusSeconds(9_000).toString());

    String other = put(ApiFixture.silenceJson("service", "cart", ",\"id\":\"" + id + "\""));
    assertThat(other).as("other matchers are another silence").isNotEqualTo(id);
    assertThat(state(id)).isEqualTo("expired");
    assertThat(state(other)).isEqualTo("active");

    assertThat(api.send("DELETE", "/api/v2/silence/" + other, "").statusCode()).isEqualTo(200);
    assertThat(state(other)).isEqualTo("expired");
    assertThat(api.send("DELETE", "/api/v2/silence/none", "").statusCode()).isEqualTo(404);
    assertThat(
            api.send(
                    "POST",
                    "/api/v2/silences",
                    ApiFixture.silenceJson("a", "b", ",\"id\":\"none\""))
                .statusCode())
        .isEqualTo(404);
  }

  private String state(String id) throws Exception {
    return api.json("/api/v2/silence/" + id).at("/status/state").asText();
  }

  private String put(String silence) throws Exception {
    HttpResponse<String> response = api.send("POST", "/api/v2/silences", silence);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body()).get("silenceID").asText();
  }

  @Test
  void shouldListSilencesInAlertmanagersOrder() throws Exception {
    String ended = api.silence("service", "old");
    api.send("DELETE", "/api/v2/silence/" + ended, "");
    String active = api.silence("service", "cart");
    String pending =
        put(
            ApiFixture.silenceJson("service", "pay", "")
                .replace(NOW.minusSeconds(5).toString(), NOW.plusSeconds(60).toString()));

    assertThat(api.json("/api/v2/silences").findValuesAsText("id"))
        .containsExactly(active, pending, ended);
    assertThat(api.json("/api/v2/silences?filter=service%3Dcart").findValuesAsText("id"))
        .containsExactly(active);
    assertThat(api.json("/api/v2/silences?active=false&pending=false").findValuesAsText("id"))
        .containsExactly(ended);
  }

  /** A filter is compared with the matchers, and not applied to their values. */
  @ParameterizedTest
  @CsvSource({
    "service=~\"cart|pay\", true",
    "service=cart, false",
    "service=\"cart|pay\", false",
    "service=~\"cart.*\", false",
    "service!=shop, false",
    "team!=x, true",
    "team=y, false",
    "other!=x, false"
  })
  void shouldListSilencesThatHaveTheFilterAsAMatcher(String filter, boolean listed)
      throws Exception {
    put(
        ApiFixture.silenceJson("service", "cart|pay", "")
            .replace(
                "\"isRegex\":false}",
                "\"isRegex\":true},"
                    + "{\"name\":\"team\",\"value\":\"x\",\"isRegex\":false,\"isEqual\":false}"));

    assertThat(api.json("/api/v2/silences?filter=" + URLEncoder.encode(filter, UTF_8)))
        .hasSize(listed ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "createdBy\":\"ann\" ; createdBy\":\"\" ; createdBy is required",
        "comment\":\"deploy\" ; comment\":\" \" ; comment is required",
        "isRegex\":false ; isRegex\":\"no\" ; isRegex must be true or false",
        "value\":\"x\" ; value\":\"\" ; must not match the empty string",
        "2026-03-01T14:00:00Z ; 2026-03-01T11:59:58Z ; end time can't be in the past",
        "2026-03-01T14:00:00Z ; 2026-03-01T11:00:00Z ; start time must be before end time",
        "2026-03-01T14:00:00Z ; tomorrow ; endsAt must be a time",
        "\"matchers\" ; \"other\" ; at least one matcher required",
      })
  void shouldRefuseAnInvalidSilence(String part, String replacement, String problem)
      throws Exception {
    String json = ApiFixture.silenceJson("service", "x", "").replace(part, replacement);

    HttpResponse<String> response = api.send("POST", "/api/v2/silences", json);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(new ObjectMapper().readTree(response.body()).textValue()).contains(problem);
  }

  @Test
  void shouldRefuseRequestsOfOtherSites() throws Exception {
    String silence = ApiFixture.silenceJson("a", "b", "");
    assertThat(
            api.send("POST", "/api/v2/silences", silence, "Content-Type", "text/plain")
                .statusCode())
        .isEqualTo(415);
    assertThat(
            api.send("POST", "/api/v2/silences", silence, "Origin", "https://evil.example")
                .statusCode())
        .isEqualTo(403);
    assertThat(
            api.send("DELETE", "/api/v2/silence/x", "", "Origin", "https://evil.example")
                .statusCode())
        .isEqualTo(403);
    assertThat(
            api.send("POST", "/api/v2/silences", silence, "Origin", "http://" + api.address())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void shouldAcknowledgeAndExplain() throws Exception {
    api.send(Anomalies.open("fp").build());
    assertThat(command("acknowledge", "{\"createdBy\":\"ann\",\"duration\":\"4h\"}"))
        .isEqualTo(200);
    String silence = api.silence("service", "checkout");

    JsonNode explained = api.json("/api/v2/alerts/fp/explain");
    assertThat(explained.at("/phase").asText()).isEqualTo("firing");
    assertThat(explained.at("/routes/0/receiver").asText()).isEqualTo("ops");
    assertThat(explained.at("/groups/0/recipients/0").asText()).isEqualTo("ops");
    assertThat(explained.at("/groups/0/notifiedOfAlert").asBoolean()).isTrue();
    assertThat(explained.at("/silencedBy/0/id").asText()).isEqualTo(silence);
    assertThat(explained.at("/acknowledgement/by").asText()).isEqualTo("ann");
    assertThat(explained.at("/acknowledgement/expiresAt").asText())
        .isEqualTo(NOW.plus(Duration.ofHours(4)).toString());
    assertThat(explained.at("/why/0").asText())
        .isEqualTo(
            "not notified: silenced by ann until 2026-03-01T14:00:00Z (deploy), silence "
                + silence);
    assertThat(explained.at("/why/1").asText())
        .isEqualTo("not repeated: acknowledged by ann until 2026-03-01T16:00:00Z");
    assertThat(api.json("/api/v2/alerts/fp/history").at("/outcomes")).isEmpty();

    assertThat(command("unacknowledge", "{\"by\":\"bob\"}")).isEqualTo(200);
    assertThat(api.json("/api/v2/alerts/fp/explain").at("/acknowledgement").isNull()).isTrue();
    assertThat(command("acknowledge", "{\"by\":\"ann\",\"muteUntilResolved\":true}"))
        .isEqualTo(200);
    assertThat(api.json("/api/v2/alerts").at("/0/status/mutedBy/0").asText())
        .isEqualTo("acknowledgement");
    assertThat(command("feedback", "{\"by\":\"ann\",\"verdict\":\"false_positive\"}"))
        .isEqualTo(200);
  }

  /** Alertmanager's members are as without an acknowledgement, so that its clients read them. */
  @Test
  void shouldListWhoAcknowledgedAnAlertAndSinceWhen() throws Exception {
    api.send(Anomalies.open("fp").build());
    assertThat(api.json("/api/v2/alerts").get(0).has("acknowledgement")).isFalse();
    command("acknowledge", "{\"by\":\"ann\",\"comment\":\"mine\",\"duration\":\"4h\"}");

    for (String pointer : List.of("/api/v2/alerts /0", "/api/v2/alerts/groups /0/alerts/0")) {
      String[] parts = pointer.split(" ");
      JsonNode alert = api.json(parts[0]).at(parts[1]);
      assertThat(alert.at("/status/state").asText()).isEqualTo("active");
      assertThat(alert.get("acknowledgement").toString())
          .isEqualTo(
              "{\"by\":\"ann\",\"comment\":\"mine\",\"at\":\"2026-03-01T12:00:00Z\","
                  + "\"expiresAt\":\"2026-03-01T16:00:00Z\",\"muteUntilResolved\":false}");
    }

    command("unacknowledge", "{\"by\":\"bob\"}");
    assertThat(api.json("/api/v2/alerts").get(0).has("acknowledgement")).isFalse();
  }

  /** An acknowledgement is notified, too, and changes nothing at which the group is due. */
  @Test
  void shouldExplainWhenAReceiverWasLastNotified() throws Exception {
    api.send(Anomalies.open("fp").build());
    JsonNode group = api.json("/api/v2/alerts/fp/explain").at("/groups/0");
    String subject = "group " + group.get("key").asText() + ": receiver ops was last ";
    assertThat(api.json("/api/v2/alerts/fp/explain").at("/why/0").asText())
        .isEqualTo(
            subject
                + "due to be notified of changes or of a repetition at 2026-03-01T12:00:00Z,"
                + " no delivery since then is known");

    delivered(group, "first", NOW.plusSeconds(2), DeliveryStatus.DELIVERED);
    assertThat(api.json("/api/v2/alerts/fp/explain").at("/why/0").asText())
        .isEqualTo(subject + "notified at 2026-03-01T12:00:02Z");

    command("acknowledge", "{\"by\":\"ann\"}");
    delivered(group, "acknowledged", NOW.plusSeconds(102), DeliveryStatus.DELIVERED);
    delivered(group, "suppressed", NOW.plusSeconds(110), DeliveryStatus.SUPPRESSED);
    assertThat(api.json("/api/v2/alerts/fp/explain").at("/why/1").asText())
        .isEqualTo(subject + "notified at 2026-03-01T12:01:42Z");
  }

  private void delivered(JsonNode group, String id, Instant at, DeliveryStatus status) {
    api.history.add(
        NotificationOutcome.newBuilder()
            .setTenantId("default")
            .setNotificationId(id)
            .setReceiver("ops")
            .setChannel("log")
            .setGroupKey(group.get("key").asText())
            .setSequence(1)
            .setStatus(status)
            .setAttempts(1)
            .setCompletedAt(at)
            .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acknowledge {}",
        "acknowledge {\"by\":\"a\",\"duration\":\"soon\"}",
        "acknowledge {\"by\":\"a\",\"expiresAt\":\"2026-03-01T11:00:00Z\"}",
        "acknowledge []",
        "feedback {\"by\":\"a\",\"verdict\":\"maybe\"}"
      })
  void shouldRefuseAnInvalidCommand(String command) throws Exception {
    api.send(Anomalies.open("fp").build());
    String[] parts = command.split(" ", 2);

    assertThat(command(parts[0], parts[1])).isEqualTo(400);
    assertThat(api.send("POST", "/api/v2/alerts/none/" + parts[0], parts[1]).statusCode())
        .isEqualTo(404);
  }

  private int command(String name, String body) throws Exception {
    return api.send("POST", "/api/v2/alerts/fp/" + name, body).statusCode();
  }

  @Test
  void shouldAskTheOtherInstances() throws Exception {
    try (ApiFixture other = new ApiFixture(directory)) {
      api.others.add(other.address());
      other.others.add(api.address());
      api.send(Anomalies.open("here").build());
      other.send(Anomalies.open("there").build());
      String silence = other.silence("service", "x");

      assertThat(api.json("/api/v2/alerts").findValuesAsText("fingerprint"))
          .containsExactly("here", "there");
      assertThat(api.json("/api/v2/alerts/groups")).hasSize(2);
      assertThat(api.json("/api/v2/silences").findValuesAsText("id")).containsExactly(silence);
      assertThat(api.json("/api/v2/alerts/there/explain").at("/phase").asText())
          .isEqualTo("firing");
      assertThat(
              api.send("POST", "/api/v2/alerts/there/acknowledge", "{\"by\":\"ann\"}").statusCode())
          .isEqualTo(200);
      assertThat(other.json("/api/v2/alerts/there/explain").at("/acknowledgement/by").asText())
          .isEqualTo("ann");
      assertThat(api.send("DELETE", "/api/v2/silence/" + silence, "").statusCode()).isEqualTo(200);
      assertThat(other.json("/api/v2/silence/" + silence).at("/status/state").asText())
          .isEqualTo("expired");
      assertThat(api.send("GET", "/api/v2/silence/none", "").statusCode()).isEqualTo(404);

      api.partition = 1;
      assertThat(api.send("GET", "/api/v2/alerts", "").statusCode())
          .as("not restored there")
          .isEqualTo(503);
      api.partition = 0;
      other.open = false;
      HttpResponse<String> partial = api.send("GET", "/api/v2/alerts", "");
      assertThat(partial.statusCode()).isEqualTo(503);
      assertThat(partial.body()).contains("instance " + other.address() + " does not answer");
    }
  }

  @Test
  void shouldSilenceByTheButtonOfALinkAndNotByTheLink() throws Exception {
    String token = token(SignedAction.Purpose.SILENCE, Map.of("service", "<b>&\"cart"), List.of());

    HttpResponse<String> page = api.send("GET", "/actions/silence?token=" + token, "");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("&lt;b&gt;&amp;&quot;cart").doesNotContain("<b>", "<script");
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .startsWith("default-src 'none'");
    assertThat(page.headers().firstValue("cache-control").orElse("")).isEqualTo("no-store");
    assertThat(api.json("/api/v2/silences")).isEmpty();

    assertThat(press("silence", "token=" + token + "&duration=24h&by=ann").statusCode())
        .isEqualTo(200);
    JsonNode silence = api.json("/api/v2/silences").get(0);
    assertThat(silence.at("/createdBy").asText()).isEqualTo("ann");
    assertThat(silence.at("/endsAt").asText()).isEqualTo(NOW.plus(Duration.ofHours(24)).toString());
    assertThat(silence.at("/matchers/0/value").asText()).isEqualTo("<b>&\"cart");

    assertThat(press("acknowledge", "token=" + token).statusCode()).isEqualTo(403);
    assertThat(press("silence", "token=x" + token).statusCode()).isEqualTo(403);
    api.advance(Duration.ofHours(2));
    assertThat(press("silence", "token=" + token).statusCode()).as("expired").isEqualTo(403);
  }

  @Test
  void shouldAcknowledgeTheFiringAlertsOfALink() throws Exception {
    api.send(Anomalies.open("fp").build());
    api.send(Anomalies.open("fp-2").setServiceName("cart").build());
    String token =
        token(SignedAction.Purpose.ACKNOWLEDGE, Map.of("service", "checkout"), List.of());

    assertThat(press("acknowledge", "token=" + token).body()).contains("Acknowledged alerts: 1");
    assertThat(api.json("/api/v2/alerts/fp/explain").at("/acknowledgement/by").asText())
        .isEqualTo("link");
    assertThat(api.json("/api/v2/alerts/fp-2/explain").at("/acknowledgement").isNull()).isTrue();
    String gone = token(SignedAction.Purpose.ACKNOWLEDGE, Map.of(), List.of("gone"));
    assertThat(press("acknowledge", "token=" + gone).statusCode()).isEqualTo(404);
  }

  private static String token(
      SignedAction.Purpose purpose, Map<String, String> labels, List<String> fingerprints) {
    SignedAction action =
        new SignedAction(purpose, "default", labels, fingerprints, NOW.plusSeconds(3_600));
    return URLEncoder.encode(ApiFixture.SIGNER.sign(action).orElseThrow(), StandardCharsets.UTF_8);
  }

  private HttpResponse<String> press(String action, String form) throws Exception {
    return api.send(
        "POST", "/actions/" + action, form, "Content-Type", "application/x-www-form-urlencoded");
  }
}
