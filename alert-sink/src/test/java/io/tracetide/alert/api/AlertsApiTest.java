package io.tracetide.alert.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.contract.AnomalyReader;
import io.tracetide.alert.decision.AlertState;
import io.tracetide.alert.decision.Routes;
import io.tracetide.alert.deliver.ReceiverStatus;
import io.tracetide.alert.history.OutcomeHistory;
import io.tracetide.alert.topology.AlertBook;
import io.tracetide.alert.topology.StoredAlert;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.NotificationOutcome;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertsApiTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Routes ROUTES = new Routes(List.of(), List.of("log"));

  private final OutcomeHistory history = new OutcomeHistory(200);
  private AlertBook book =
      () ->
          List.of(
              stored(Anomalies.open("fp-1").build()),
              stored(Anomalies.open("fp-2").setServiceName("cart").build()),
              stored(Anomalies.open("over").build(), Anomalies.resolved("over", 1).build()));
  private Listener listener;
  private String authorization = "none";

  @BeforeEach
  void start() {
    listener =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            api()::routes);
  }

  private AlertsApi api() {
    return new AlertsApi(
        () -> book.all(),
        () -> List.of(new ReceiverStatus("log", "log", 0, "", "")),
        history,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    listener.close();
  }

  @Test
  void shouldListFiringAlertsInAlertmanagersFormat() throws Exception {
    JsonNode alerts = json("/api/v2/alerts");

    assertThat(alerts).hasSize(2);
    assertThat(alerts.findValuesAsText("fingerprint")).containsExactlyInAnyOrder("fp-1", "fp-2");
    JsonNode alert = alerts.get(0);
    assertThat(alert.at("/labels/alertname").asText()).isEqualTo("Latency");
    assertThat(alert.at("/annotations/summary").asText()).contains("840 ms");
    assertThat(alert.at("/receivers/0/name").asText()).isEqualTo("log");
    assertThat(alert.at("/status/state").asText()).isEqualTo("active");
    assertThat(keys(alert.path("status")))
        .containsExactly("state", "silencedBy", "inhibitedBy", "mutedBy");
    assertThat(alert.at("/startsAt").asText()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(alert.at("/endsAt").asText()).isEqualTo("2026-03-01T12:05:00Z");
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
        "filter=service!~%22ca.*%22&filter=severity%3D~%22high%7Ccritical%22; 1",
        "filter=operation%3D%22POST+%2Fpay%22; 2",
        "receiver=log; 2",
        "receiver=pager; 0",
        "active=false; 0",
        "active=true&silenced=false; 2",
      })
  void shouldSelectAlerts(String query, int count) throws Exception {
    assertThat(json("/api/v2/alerts?" + query)).hasSize(count);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/api/v2/alerts?filter=service; filter",
        "/api/v2/alerts?filter=service%3D~(%3F%3Da); filter",
        "/api/v2/alerts?filter=service%3D~(a%7B999%7D)%7B999%7D; filter",
        "/api/v2/alerts?active=yes; active",
        "/api/v1/notifications?limit=0; limit",
        "/api/v1/notifications?limit=many; limit",
      })
  void shouldReportTheInvalidParameter(String path, String parameter) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(new ObjectMapper().readTree(response.body()).get("detail").asText())
        .contains("parameter " + parameter);
  }

  @ParameterizedTest
  @CsvSource({"=~, fp-b", "!~, fp-a"})
  void shouldFilterInLinearTimeWhereBacktrackingIsExponential(String operator, String found)
      throws Exception {
    book =
        () ->
            List.of(
                stored(Anomalies.open("fp-a").setServiceName("a".repeat(1_000)).build()),
                stored(Anomalies.open("fp-b").setServiceName("a".repeat(999) + "b").build()));

    String filter = URLEncoder.encode("service" + operator + "(a+)+b", StandardCharsets.UTF_8);
    assertThat(json("/api/v2/alerts?filter=" + filter).findValuesAsText("fingerprint"))
        .containsExactly(found);
  }

  @Test
  void shouldRefuseFiltersThatAreTooLongOrTooMany() throws Exception {
    assertThat(get("/api/v2/alerts?filter=service%3D" + "a".repeat(1_017)).statusCode())
        .isEqualTo(400);
    assertThat(get("/api/v2/alerts?filter=a%3D" + "&filter=a%3D".repeat(16)).statusCode())
        .isEqualTo(400);
  }

  @Test
  void shouldRespond503WhileAlertsAreRestored() throws Exception {
    book =
        () -> {
          throw new AlertBook.BookClosedException(new IllegalStateException());
        };

    assertThat(get("/api/v2/alerts").statusCode()).isEqualTo(503);
  }

  @Test
  void shouldListOutcomesOfNotifications() throws Exception {
    for (int i = 0; i < 60; i++) {
      history.add(
          new NotificationOutcome(
              "default",
              "n" + i,
              "log",
              "log",
              "g",
              1L,
              DeliveryStatus.DELIVERED,
              "",
              "",
              1,
              NOW.plusSeconds(i)));
    }

    JsonNode newest = json("/api/v1/notifications").get("notifications");
    assertThat(newest).hasSize(50);
    assertThat(newest.get(0).get("notificationId").asText()).isEqualTo("n59");
    assertThat(newest.get(0).get("status").asText()).isEqualTo("delivered");
    assertThat(json("/api/v1/notifications?limit=1000").get("notifications")).hasSize(60);
  }

  @Test
  void shouldShowReceiversAndStatus() throws Exception {
    assertThat(json("/api/v2/receivers").get(0).get("name").asText()).isEqualTo("log");
    assertThat(json("/api/v2/status").at("/cluster/status").asText()).isEqualTo("disabled");
    assertThat(json("/api/v2/status").at("/receivers/0/pending").asInt()).isZero();
    assertThat(keys(json("/api/v2/status")))
        .containsExactly("cluster", "versionInfo", "config", "uptime", "receivers");
    assertThat(keys(json("/api/v2/status").path("versionInfo")))
        .containsExactly("version", "revision", "branch", "buildUser", "buildDate", "goVersion");
    assertThat(json("/api/v2/status").at("/versionInfo/version").asText())
        .isEqualTo(BuildVersion.text());
  }

  @Test
  void shouldShowOnlyTheTenantsOfTheCaller(@TempDir Path directory) throws Exception {
    book =
        () ->
            List.of(
                stored(Anomalies.open("of-a").setTenantId("a").build()),
                stored(Anomalies.open("of-ab").setTenantId("ab").build()),
                stored(Anomalies.open("of-b").setTenantId("b").build()));
    history.add(outcome("a", "na"));
    history.add(outcome("b", "nb"));
    Token token = Token.create(new TokenName(TokenClass.QUERY, "wall"), new SecureRandom());
    Path tokens =
        Files.writeString(
            directory.resolve("tokens.yaml"),
            "tokens: {tq_wall: {sha256: [%s], tenants: [a]}}"
                .formatted(HexFormat.of().formatHex(token.sha256())));
    listener.close();
    listener =
        Listener.start(
            ListenerConfig.onPort(0).withTokens(tokens),
            new Admission(
                (method, route) -> Access.READ, false, Clock.fixed(NOW, ZoneOffset.UTC), e -> {}),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            api()::routes);
    authorization = "Bearer " + token.reveal();

    assertThat(json("/api/v2/alerts").findValuesAsText("fingerprint")).containsExactly("of-a");
    assertThat(json("/api/v2/alerts?filter=tenant%3Db")).isEmpty();
    assertThat(json("/api/v1/notifications").findValuesAsText("notificationId"))
        .containsExactly("na");
  }

  private static NotificationOutcome outcome(String tenant, String id) {
    return new NotificationOutcome(
        tenant, id, "log", "log", "g", 1L, DeliveryStatus.DELIVERED, "", "", 1, NOW);
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(listener.url() + path))
                .header("Authorization", authorization)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static StoredAlert stored(Anomaly... records) {
    AlertState state = AlertState.unseen();
    for (Anomaly record : records) {
      state = state.on(AnomalyReader.report(record), ROUTES, NOW).state();
    }
    return new StoredAlert(state, records[records.length - 1]);
  }
}
