package io.tracetide.alert.api;

import static io.tracetide.alert.api.ApiFixture.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.contract.LabelFingerprint;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.NotificationOutcome;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertsApiTest {
  private static final String EXTERNAL =
      "{\"alertname\":\"Disk\",\"service\":\"cart\",\"severity\":\"low\",\"empty\":\"\"}";

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

  private void sendThree() throws Exception {
    api.send(Anomalies.open("fp-1").build());
    assertThat(api.alert(EXTERNAL)).isEqualTo(200);
    api.send(Anomalies.open("over").build());
    api.send(Anomalies.resolved("over", 1).build());
  }

  @Test
  void shouldListFiringAlertsInAlertmanagersFormat() throws Exception {
    sendThree();
    JsonNode alerts = api.json("/api/v2/alerts");

    assertThat(alerts).hasSize(2);
    JsonNode alert = alerts.get(1);
    assertThat(alert.at("/fingerprint").asText()).isEqualTo("fp-1");
    assertThat(alert.at("/labels/alertname").asText()).isEqualTo("Latency");
    assertThat(alert.at("/annotations/summary").asText()).contains("840 ms");
    assertThat(alert.at("/receivers/0/name").asText()).isEqualTo("ops");
    assertThat(alert.at("/status/state").asText()).isEqualTo("active");
    assertThat(keys(alert.path("status")))
        .containsExactly("state", "silencedBy", "inhibitedBy", "mutedBy");
    assertThat(alert.at("/startsAt").asText()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(alert.at("/endsAt").asText()).isEqualTo("2026-03-01T12:05:00Z");
    JsonNode external = alerts.get(0);
    assertThat(external.at("/fingerprint").asText())
        .isEqualTo(
            LabelFingerprint.of(Map.of("alertname", "Disk", "service", "cart", "severity", "low")));
    assertThat(external.at("/labels").has("empty")).isFalse();
    assertThat(external.at("/endsAt").asText()).isEqualTo("2026-03-01T12:05:00Z");
    assertThat(external.at("/receivers/0/name").asText()).isEqualTo("quiet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "filter=service%3Dcart; 1",
        "filter=service!%3Dcart; 1",
        "filter=service%3D%22checkout%22&filter=severity%3Dhigh; 1",
        "filter=service%3D~ca.*; 1",
        "filter=service%3D~%22ca.*%7Ccheckout%22; 2",
        "filter=service%3D~ca; 0",
        "filter=%7Bservice%3D~%22ca.*%22,severity%3Dlow%7D; 1",
        "receiver=ops; 1",
        "receiver=ops%7Cqui.*; 2",
        "receiver=op; 0",
        "active=false; 0",
        "active=true&silenced=false; 2",
      })
  void shouldSelectAlerts(String query, int count) throws Exception {
    sendThree();
    assertThat(api.json("/api/v2/alerts?" + query)).hasSize(count);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/api/v2/alerts?filter=service; filter",
        "/api/v2/alerts?filter=service%3D~(%3F%3Da); filter",
        "/api/v2/alerts?filter=service%3D~(a%7B999%7D)%7B999%7D; filter",
        "/api/v2/alerts?active=yes; active",
        "/api/v2/alerts?receiver=(; receiver",
        "/api/v2/alerts?foo=1; foo",
        "/api/v2/silences?silenced=true; silenced",
        "/api/v2/status?x=; x",
      })
  void shouldReportTheInvalidParameterAsAJsonString(String path, String parameter)
      throws Exception {
    HttpResponse<String> response = api.send("GET", path, "");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("application/json");
    assertThat(new ObjectMapper().readTree(response.body()).textValue())
        .contains("parameter " + parameter);
  }

  @Test
  void shouldReportProblemDetailsOnOtherPaths() throws Exception {
    HttpResponse<String> response = api.send("GET", "/api/v1/notifications?limit=0", "");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("application/problem+json");
  }

  @Test
  void shouldAcceptTheValidAlertsOfARequest() throws Exception {
    HttpResponse<String> response =
        api.send(
            "POST",
            "/api/v2/alerts",
            """
            [{"labels":{"a":"1"}},{"labels":{"a-b":"1"}},{"labels":{"e":""}},{"labels":{"a":1}},
             {"labels":{"b":"1"},"startsAt":"2026-03-01T12:00:00Z","endsAt":"2026-03-01T11:00:00Z"},
             {"labels":{"c":"1"},"startsAt":"0001-01-01T00:00:00.000Z",
              "endsAt":"0001-01-01T00:00:00.000Z"}]
            """);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(new ObjectMapper().readTree(response.body()).textValue())
        .contains("alert 1: invalid label name \"a-b\"", "alert 2: at least one label")
        .contains("alert 3: labels.\"a\" must be a text", "alert 4: start time must be before")
        .doesNotContain("alert 0", "alert 5");
    assertThat(api.json("/api/v2/alerts")).hasSize(2);
    assertThat(api.meters.scrape())
        .contains("alertmanager_alerts_invalid_total{version=\"v2\"} 4.0");
  }

  @ParameterizedTest
  @CsvSource({"70000, 1", "10, 65"})
  void shouldLimitTheSizeOfAnAlert(int characters, int labels) throws Exception {
    StringBuilder json = new StringBuilder("{\"alertname\":\"").append("x".repeat(characters));
    for (int i = 1; i < labels; i++) {
      json.append("\",\"l").append(i).append("\":\"v");
    }

    assertThat(api.alert(json.append("\"}").toString())).isEqualTo(400);
    assertThat(api.json("/api/v2/alerts")).isEmpty();
  }

  @Test
  void shouldResolveAnAlertThatIsNotSentAgain() throws Exception {
    sendThree();
    api.advance(Duration.ofMinutes(6));

    assertThat(api.json("/api/v2/alerts").findValuesAsText("fingerprint")).containsExactly("fp-1");
  }

  @Test
  void shouldShowSilencedInhibitedAndPendingAlerts() throws Exception {
    api.routing = ApiFixture.inhibitingAndPending(Duration.ofMinutes(10));
    api.alert("{\"alertname\":\"Down\",\"service\":\"a\",\"severity\":\"critical\"}");
    api.alert("{\"alertname\":\"Err\",\"service\":\"a\",\"severity\":\"warning\"}");
    api.alert("{\"alertname\":\"Slow\",\"service\":\"b\"}");
    api.alert("{\"alertname\":\"Old\",\"service\":\"c\"}");
    String silence = api.silence("alertname", "Old");

    assertThat(states(""))
        .containsExactlyInAnyOrder("active", "suppressed", "unprocessed", "suppressed");
    assertThat(states("active=false&silenced=false&unprocessed=false"))
        .containsExactly("suppressed");
    assertThat(
            api.json("/api/v2/alerts?filter=alertname%3DOld").at("/0/status/silencedBy/0").asText())
        .isEqualTo(silence);
    assertThat(api.json("/api/v2/alerts?filter=alertname%3DErr").at("/0/status/inhibitedBy"))
        .hasSize(1);
    assertThat(states("inhibited=false&silenced=false"))
        .containsExactlyInAnyOrder("active", "unprocessed");
  }

  private List<String> states(String query) throws Exception {
    return api.json("/api/v2/alerts?" + query).findValuesAsText("state");
  }

  @Test
  void shouldListGroupsAlsoOfARouteThatATimeIntervalMutes() throws Exception {
    api.routing = ApiFixture.routing(List.of(), Map.of("night", List.of(time -> true)), List.of());
    api.alert(EXTERNAL);
    api.alert("{\"alertname\":\"Down\",\"service\":\"a\"}");

    JsonNode groups = api.json("/api/v2/alerts/groups");

    assertThat(groups).hasSize(2);
    assertThat(groups.get(0).path("labels").toString()).isEqualTo("{\"service\":\"a\"}");
    assertThat(groups.get(0).at("/receiver/name").asText()).isEqualTo("ops");
    assertThat(groups.get(1).at("/receiver/name").asText()).isEqualTo("quiet");
    assertThat(groups.get(1).at("/alerts/0/status/state").asText()).isEqualTo("suppressed");
    assertThat(groups.get(1).at("/alerts/0/status/mutedBy/0").asText()).isEqualTo("night");
    assertThat(api.json("/api/v2/alerts/groups?receiver=ops")).hasSize(1);
    assertThat(api.json("/api/v2/alerts/groups?muted=false")).hasSize(1);
    assertThat(api.json("/api/v2/alerts/groups?filter=service%3Dnone")).isEmpty();
  }

  @Test
  void shouldFilterGroupsByTheLabelsOfTheirAlerts() throws Exception {
    api.alert("{\"alertname\":\"Down\",\"service\":\"a\",\"host\":\"one\"}");
    api.alert("{\"alertname\":\"Down\",\"service\":\"a\",\"host\":\"two\"}");
    api.alert("{\"alertname\":\"Down\",\"service\":\"b\",\"host\":\"one\"}");

    assertThat(groups("filter=service%3Da")).containsExactly("a one", "a two");
    assertThat(groups("filter=service!%3Da")).containsExactly("b one");
    assertThat(groups("filter=host%3Done")).containsExactly("a one", "b one");
    assertThat(groups("filter=host%3Done&filter=service%3D~%22a%7Cc%22")).containsExactly("a one");
    assertThat(groups("filter=team%3D%22%22")).hasSize(3);
    assertThat(groups("filter=severity%3Dhigh")).isEmpty();
  }

  /** Service and host of the alerts of the groups, sorted. */
  private List<String> groups(String query) throws Exception {
    List<String> found = new ArrayList<>();
    for (JsonNode group : api.json("/api/v2/alerts/groups?" + query)) {
      for (JsonNode alert : group.path("alerts")) {
        JsonNode labels = alert.path("labels");
        found.add(labels.path("service").asText() + " " + labels.path("host").asText());
      }
    }
    Collections.sort(found);
    return found;
  }

  @Test
  void shouldRespond503WhileAlertsAreRestored() throws Exception {
    api.open = false;

    HttpResponse<String> response = api.send("GET", "/api/v2/alerts", "");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).startsWith("\"the alerts are being restored");
  }

  @Test
  void shouldListOutcomesOfNotifications() throws Exception {
    for (int i = 0; i < 60; i++) {
      api.history.add(outcome("default", "n" + i, i));
    }

    JsonNode newest = api.json("/api/v1/notifications").get("notifications");
    assertThat(newest).hasSize(50);
    assertThat(newest.get(0).get("notificationId").asText()).isEqualTo("n59");
    assertThat(api.json("/api/v1/notifications?limit=1000").get("notifications")).hasSize(60);
  }

  private static NotificationOutcome outcome(String tenant, String id, int second) {
    return new NotificationOutcome(
        tenant,
        id,
        "log",
        "log",
        "g",
        1L,
        DeliveryStatus.DELIVERED,
        "",
        "",
        1,
        NOW.plusSeconds(second));
  }

  @Test
  void shouldShowReceiversStatusAndHealth() throws Exception {
    assertThat(api.json("/api/v2/receivers").findValuesAsText("name"))
        .containsExactly("ops", "quiet");
    JsonNode status = api.json("/api/v2/status");
    assertThat(keys(status))
        .containsExactly("cluster", "versionInfo", "config", "uptime", "receivers", "reload");
    assertThat(status.at("/cluster/status").asText()).isEqualTo("disabled");
    assertThat(status.at("/versionInfo/version").asText()).isEqualTo(BuildVersion.text());
    assertThat(status.at("/config/original").asText())
        .startsWith("route:\n  receiver: \"ops\"\n  group_by: [\"service\"]\n")
        .contains("  routes:\n  - receiver: \"quiet\"\n", "receivers:\n- name: \"ops\"\n")
        .contains("    matchers: [\"severity=\\\"low\\\"\"]\n");
    assertThat(api.send("GET", "/-/healthy", "").body()).isEqualTo("OK");
    assertThat(api.send("GET", "/-/ready", "").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldReloadTheConfigurationAndReportTheResult() throws Exception {
    assertThat(api.json("/api/v2/status").at("/reload/result").asText()).isEqualTo("applied");
    assertThat(api.json("/api/v2/status").at("/reload/by").asText()).isEqualTo("start");

    HttpResponse<String> unchanged = api.send("POST", "/-/reload", "");
    assertThat(unchanged.statusCode()).isEqualTo(200);
    assertThat(unchanged.body()).isEqualTo("unchanged\n");

    api.config = "second";
    assertThat(api.send("POST", "/-/reload", "").body()).isEqualTo("applied\n");

    api.config = "third";
    assertThat(api.send("POST", "/-/reload", "").body())
        .isEqualTo("applied; a restart is required for sink.stateDir, kafka\n");

    api.advance(Duration.ofMinutes(1));
    api.config = "";
    HttpResponse<String> invalid = api.send("POST", "/-/reload", "");
    assertThat(invalid.statusCode()).isEqualTo(500);
    assertThat(invalid.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(invalid.body())
        .isEqualTo(
            "failed to reload config, the one before stays in force:"
                + " tracetide.yaml: sink.receivers: got \"[]\", expected at least one\n");
    JsonNode reload = api.json("/api/v2/status").get("reload");
    assertThat(reload.get("result").asText()).isEqualTo("invalid");
    assertThat(reload.get("by").asText()).isEqualTo("anyone");
    assertThat(reload.get("problems")).hasSize(1);
    assertThat(reload.get("restartRequired")).hasSize(2);
    assertThat(reload.get("at").asText()).isEqualTo("2026-03-01T12:01:00Z");
    assertThat(reload.get("lastSuccess").asText()).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void shouldReloadOnlyOnAPostOfAnAdminOrOfThisOrigin() throws Exception {
    assertThat(api.send("GET", "/-/reload", "").statusCode()).isEqualTo(405);
    assertThat(api.send("POST", "/-/reload", "", "Origin", "https://evil.example.com").statusCode())
        .isEqualTo(403);
    useToken("[a]");
    assertThat(api.send("POST", "/-/reload", "").statusCode()).isEqualTo(200);
    api.config = "";
    assertThat(api.send("POST", "/-/reload", "").statusCode()).isEqualTo(500);
    assertThat(api.json("/api/v2/status").at("/reload/by").asText()).isEqualTo("ta_wall");

    api.authorization = "";
    assertThat(api.send("POST", "/-/reload", "").statusCode()).isEqualTo(401);
  }

  @Test
  void shouldReadAndWriteOnlyTheTenantsOfTheCaller() throws Exception {
    api.send(Anomalies.open("of-a").setTenantId("a").build());
    api.send(Anomalies.open("of-ab").setTenantId("ab").build());
    api.send(Anomalies.open("of-b").setTenantId("b").build());
    String silence = api.silence("tenant", "b");
    api.history.add(outcome("a", "na", 0));
    api.history.add(outcome("b", "nb", 0));
    useToken("[a]");

    assertThat(api.json("/api/v2/alerts").findValuesAsText("fingerprint")).containsExactly("of-a");
    assertThat(api.json("/api/v2/alerts?filter=tenant%3Db")).isEmpty();
    assertThat(api.json("/api/v2/alerts/groups")).hasSize(1);
    assertThat(api.json("/api/v1/notifications").findValuesAsText("notificationId"))
        .containsExactly("na");
    assertThat(api.json("/api/v2/silences")).isEmpty();
    assertThat(api.send("GET", "/api/v2/silence/" + silence, "").statusCode()).isEqualTo(404);
    assertThat(api.send("DELETE", "/api/v2/silence/" + silence, "").statusCode()).isEqualTo(404);
    assertThat(api.send("GET", "/api/v2/alerts/of-b/explain", "").statusCode()).isEqualTo(404);
    assertThat(api.send("POST", "/api/v2/alerts?tenant=b", "[]").statusCode()).isEqualTo(200);
    assertThat(
            api.send("POST", "/api/v2/alerts?tenant=b", "[{\"labels\":{\"x\":\"1\"}}]")
                .statusCode())
        .isEqualTo(403);
    assertThat(api.alert("{\"alertname\":\"X\",\"tenant\":\"b\"}")).isEqualTo(200);
    assertThat(api.json("/api/v2/alerts?filter=tenant%3Db")).hasSize(1);

    api.authorization = "";
    assertThat(api.send("GET", "/api/v2/alerts", "").statusCode()).isEqualTo(401);
    assertThat(api.send("GET", "/-/healthy", "").statusCode()).isEqualTo(200);
    assertThat(api.send("GET", "/actions/silence?token=x", "").body()).contains("Link not valid");
  }

  private void useToken(String tenants) throws Exception {
    Token token = Token.create(new TokenName(TokenClass.ADMIN, "wall"), new SecureRandom());
    api.useTokens(
        Files.writeString(
            directory.resolve("tokens.yaml"),
            "tokens: {ta_wall: {sha256: [%s], tenants: %s}}"
                .formatted(HexFormat.of().formatHex(token.sha256()), tenants)));
    api.authorization = "Bearer " + token.reveal();
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
