package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.contract.ContractConfig;
import io.tracetide.processor.detection.progress.CalibrationProgress;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.exposition.ExpositionMetrics;
import io.tracetide.processor.exposition.KnownTotals;
import io.tracetide.processor.exposition.MetricsRoute;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.slo.ObjectiveConfig;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.workflow.WorkflowMatch;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Incident;
import io.tracetide.schemas.Severity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers with tokens are shown of four tenants whose names are much alike. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantScopeTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:05Z");
  private static final List<String> TENANTS = List.of("a", "ab", "a/b", "b");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Token one = token("one");
  private final Token two = token("two");
  private final Token all = token("all");

  @SuppressWarnings("NullAway.Init")
  private Listener listener;

  private static Token token(String id) {
    return Token.create(new TokenName(TokenClass.QUERY, id), new SecureRandom());
  }

  private static String line(Token token, String tenants) {
    return "  %s: {sha256: [%s], tenants: [%s]}%n"
        .formatted(token.name(), HexFormat.of().formatHex(token.sha256()), tenants);
  }

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    MemoryWindows windows = new MemoryWindows().closedUpTo(NOW.toEpochMilli());
    List<Anomaly> anomalies = new ArrayList<>();
    MemoryLedger ledger = new MemoryLedger();
    List<SeriesProgress> progress = new ArrayList<>();
    List<CalibrationProgress> calibrations = new ArrayList<>();
    long startMs = WindowTier.BASE.windowStart(NOW.toEpochMilli()) - 60_000;
    for (String tenant : TENANTS) {
      windows.put(
          WindowTier.BASE,
          SeriesId.ofOperation(tenant, "shop", "pay"),
          startMs,
          MemoryWindows.work(1, 1_000),
          0);
      windows.put(
          WindowTier.HOUR,
          SeriesId.ofOperation(tenant, "shop", "pay"),
          WindowTier.HOUR.windowStart(startMs),
          MemoryWindows.work(1, 1_000),
          0);
      progress.add(
          new SeriesProgress(
              SeriesId.ofOperation(tenant, "shop", "pay"), "evidence", 10_000, 60, 20, 240));
      calibrations.add(new CalibrationProgress(tenant, AnomalyKind.LATENCY, 0.5, false));
      Anomaly anomaly = Episodes.open("shop", "pay", Severity.HIGH, NOW.minusSeconds(60));
      anomalies.add(
          Anomaly.newBuilder(anomaly)
              .setTenantId(tenant)
              .setAnomalyId(tenant + anomaly.getAnomalyId())
              .setIncident(
                  Incident.newBuilder()
                      .setIncidentId("the same of all tenants")
                      .setOpenedAt(anomaly.getOpenedAt())
                      .setOriginService("shop")
                      .build())
              .build());
      ledger.put(
          Traces.running("trace-of-" + tenant, "shop", "pay", NOW).tenant(tenant).snapshot());
      ledger.put(Traces.running("shared", "shop", "pay", NOW).tenant(tenant).snapshot());
    }
    Path tokens =
        Files.writeString(
            directory.resolve("tokens.yaml"),
            "tokens:\n" + line(one, "a") + line(two, "a, b") + line(all, "'*'"));
    QueryServer server =
        new QueryServer(
            QueryConfig.defaults(),
            new QueryViews(
                windows,
                reader -> {
                  anomalies.forEach(reader);
                  return List.of();
                },
                reader -> {
                  reader.accept(new PartitionProgress(progress, calibrations));
                  return List.of();
                },
                Optional.of(LocalLedgers.view(List.of(ledger))),
                new MemoryAudit(TENANTS, NOW),
                reader -> {
                  reader.accept(
                      new InstanceStatus(
                          "10.0.0.1:8080",
                          "test",
                          NOW,
                          List.of(0),
                          List.of(0),
                          Map.of(),
                          Map.of("windows.grace", "1m")));
                  return List.of();
                }),
            WindowTier.ALL,
            SloConfig.of(ObjectiveConfig.of("availability", 99)),
            List.of(contract("of-a", "a"), contract("of-all", "*"), contract("of-b", "b*")),
            StatusRules.withWarmUp(240),
            new TraceRetention(Duration.ofMinutes(5), Duration.ofHours(24)),
            Clock.fixed(NOW, ZoneOffset.UTC));
    listener =
        Listener.start(
            ListenerConfig.onPort(0).withTokens(tokens),
            new Admission(
                (method, route) -> Access.READ,
                true,
                Clock.fixed(NOW, ZoneOffset.UTC),
                event -> {}),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            server.andThen(scraped()));
  }

  private static MetricsRoute scraped() {
    KnownTotals totals = new KnownTotals();
    TENANTS.forEach(tenant -> totals.count(tenant, "shop", "pay", 1, NOW.toEpochMilli()));
    return new MetricsRoute(
        totals.metrics(),
        new ExpositionMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
  }

  @Test
  void shouldBeScrapedForTheSeriesOfTheTenantsOfTheTokenOnly() throws Exception {
    assertThat(scrapedTenants(one, "")).containsExactly("a");
    assertThat(scrapedTenants(two, "")).containsExactly("a", "b");
    assertThat(scrapedTenants(two, "?tenant=b")).containsExactly("b");
    assertThat(scrapedTenants(all, "")).containsExactly("a", "a/b", "ab", "acme", "b");
    assertThat(get(one, "/monitoring/metrics").body())
        .doesNotContain("partition=", "tracetide_input_lag_records");
    assertThat(get(all, "/monitoring/metrics").body()).contains("tracetide_input_lag_records{");
    assertThat(get(one, "/monitoring/metrics?tenant=b").statusCode()).isEqualTo(404);
    assertThat(get(one, "/monitoring/metrics?tenants=a").body()).contains("use tenant");
  }

  private List<String> scrapedTenants(Token token, String query) throws Exception {
    HttpResponse<String> answer = get(token, "/monitoring/metrics" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    TreeSet<String> tenants = new TreeSet<>();
    Matcher labels = Pattern.compile("tenant=\"([^\"]*)\"").matcher(answer.body());
    while (labels.find()) {
      tenants.add(labels.group(1));
    }
    return List.copyOf(tenants);
  }

  @AfterAll
  void stop() {
    listener.close();
  }

  private HttpResponse<String> get(Token token, String path)
      throws IOException, InterruptedException {
    return QueryServerFixture.CONTRACT.checked(
        client.send(
            HttpRequest.newBuilder(URI.create(listener.url() + path))
                .header("Authorization", "Bearer " + token.reveal())
                .build(),
            HttpResponse.BodyHandlers.ofString()));
  }

  private List<String> tenants(Token token, String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(token, path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return List.copyOf(new TreeSet<>(JSON.readTree(answer.body()).findValuesAsText("tenant")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/monitoring/analytics",
        "/monitoring/analytics?services=*",
        "/monitoring/analytics?services=shop&operations=pay",
        "/monitoring/dashboard",
        "/monitoring/dashboard?services=shop",
        "/monitoring/dashboard?compareTo=previous&topBy=throughput",
        "/monitoring/analytics?services=*&compareTo=1d&quantiles=0.5",
        "/monitoring/anomalies",
        "/monitoring/incidents",
        "/monitoring/detection",
        "/monitoring/objectives",
        "/monitoring/services",
        "/monitoring/audit",
        "/monitoring/audit?action=violation.*&limit=10",
        "/monitoring/traces",
        "/monitoring/traces?state=in_flight&service=*",
        "/api/v1/query?query=traces_span_metrics_calls_total",
        "/api/v1/query?query=sum%20by(tenant)(increase(traces_span_metrics_calls_total%5B5m%5D))",
        "/api/v1/query?query=tracetide_traces_in_flight",
        "/api/v1/query?query=tracetide_anomalies_open",
        "/api/v1/series?match%5B%5D=traces_span_metrics_duration_seconds_count",
        "/api/v1/alerts",
      })
  void shouldShowACallerTheirTenantsOnly(String path) throws Exception {
    String tenantOf = path + (path.contains("?") ? "&tenant=" : "?tenant=");

    assertThat(tenants(one, path)).containsExactly("a");
    assertThat(tenants(two, path)).containsExactly("a", "b");
    assertThat(tenants(all, path)).containsExactly("a", "a/b", "ab", "b");
    assertThat(tenants(two, tenantOf + "b")).containsExactly("b");
    assertThat(tenants(all, tenantOf + "ab")).containsExactly("ab");
    for (String other : List.of("b", "ab", "a%2Fb", "nobody", "*")) {
      HttpResponse<String> answer = get(one, tenantOf + other);
      assertThat(answer.statusCode()).as(other).isEqualTo(404);
      assertThat(answer.body()).contains("No tenant '").doesNotContain("shop");
    }
    assertThat(get(one, tenantOf + "a%00b").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/monitoring/analytics",
        "/monitoring/anomalies?services=none",
        "/monitoring/services"
      })
  void shouldNotTakeTheTagOfAnotherTenantsAnswer(String path) throws Exception {
    String tag = get(one, path).headers().firstValue("etag").orElseThrow();

    assertThat(conditional(one, path, tag).statusCode()).isEqualTo(304);
    assertThat(conditional(two, path, tag).statusCode()).isEqualTo(200);
    assertThat(conditional(all, path, tag).statusCode()).isEqualTo(200);
    assertThat(conditional(one, path + (path.contains("?") ? "&" : "?") + "tenant=b", tag))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(404);
  }

  private HttpResponse<String> conditional(Token token, String path, String tag) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(listener.url() + path))
            .header("Authorization", "Bearer " + token.reveal())
            .header("If-None-Match", tag)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"analytics", "anomalies", "traces"})
  void shouldShowRowsOfACallersTenantsOnly(String query) throws Exception {
    for (String form : List.of("csv", "ndjson")) {
      String rows = get(one, "/monitoring/" + query + "?format=" + form).body();
      assertThat(rows).contains("shop");
      Matcher tenants = Pattern.compile("(?m)(?:^|,|\"tenant\":\")(ab|a/b|b)[,\"]").matcher(rows);
      assertThat(tenants.find()).as(rows).isFalse();
    }
  }

  @Test
  void shouldListTheContractsOfACallersTenants() throws Exception {
    assertThat(get(all, "/monitoring/contracts").body()).contains("of-a", "of-all", "of-b");
    assertThat(get(one, "/monitoring/contracts").body())
        .contains("of-a\"", "of-all")
        .contains("\"approvalBefore\":null", "\"deadline\":null", "\"ordered\":true")
        .doesNotContain("of-b");
    assertThat(get(all, "/monitoring/contracts?tenant=b").body())
        .contains("of-all", "of-b")
        .doesNotContain("of-a\"");
  }

  private static ContractConfig contract(String name, String tenant) {
    ContractConfig defaults = ContractConfig.defaults();
    return new ContractConfig(
        name,
        new WorkflowMatch(tenant, "*", "*", Map.of()),
        defaults.severity(),
        defaults.steps(),
        defaults.ordered(),
        defaults.requiredApprovers(),
        defaults.approvalBefore(),
        List.of("userId"),
        defaults.maxLatencyMs(),
        defaults.deadline(),
        defaults.timeZone(),
        defaults.maxSilence(),
        defaults.minThroughput(),
        defaults.maxErrorRate(),
        defaults.minCount(),
        defaults.forWindows());
  }

  @Test
  void shouldShowSettingsToOperatorsOnly() throws Exception {
    assertThat(get(all, "/monitoring/instances").body()).contains("windows.grace");
    assertThat(get(two, "/monitoring/instances").body())
        .contains("10.0.0.1:8080")
        .doesNotContain("windows.grace");
  }

  @Test
  void shouldOfferToSignOutAndNotBeKept() throws Exception {
    HttpResponse<String> page = get(one, "/");

    assertThat(page.headers().firstValue("cache-control")).contains("no-store");
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .contains("form-action 'self'");
    assertThat(page.body())
        .contains("action=\"/logout\"", "Sign out", one.name().toString())
        .doesNotContain("<!-- account -->");
  }

  @Test
  void shouldFindNoTraceOfAnotherTenant() throws Exception {
    assertThat(tenants(one, "/monitoring/traces/trace-of-a")).containsExactly("a");
    assertThat(tenants(two, "/monitoring/traces/trace-of-b")).containsExactly("b");
    assertThat(tenants(two, "/monitoring/traces/shared")).containsExactly("a");
    assertThat(tenants(two, "/monitoring/traces/shared?tenant=b")).containsExactly("b");
    assertThat(tenants(all, "/monitoring/traces/shared?tenant=ab")).containsExactly("ab");

    HttpResponse<String> others = get(one, "/monitoring/traces/trace-of-b?tenant=b");
    HttpResponse<String> none = get(one, "/monitoring/traces/trace-of-x?tenant=b");
    assertThat(others.statusCode()).isEqualTo(404);
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(others.body()).isEqualTo(none.body().replace("trace-of-x", "trace-of-b"));
    assertThat(get(one, "/monitoring/traces/trace-of-b").statusCode()).isEqualTo(404);
    assertThat(get(all, "/monitoring/traces/trace-of-b").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldRevealNoTraceOfAnotherTenantInACursor() throws Exception {
    List<String> found = new ArrayList<>();
    String cursor = "";
    do {
      HttpResponse<String> answer = get(two, "/monitoring/traces?limit=1" + cursor);
      JsonNode page = JSON.readTree(answer.body());
      found.addAll(page.findValuesAsText("traceId"));
      String next = page.path("cursor").asText("");
      if (!next.isEmpty() && !page.path("cursor").isNull()) {
        byte[] sealed = Base64.getUrlDecoder().decode(next);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
            .doesNotContain("trace", "shared");
        cursor = "&cursor=" + next;
      } else {
        cursor = "";
      }
    } while (!cursor.isEmpty());

    assertThat(found).containsExactlyInAnyOrder("trace-of-a", "shared", "trace-of-b", "shared");
  }

  @Test
  void shouldTakeNoCursorOfAnotherCaller() throws Exception {
    String cursor =
        JSON.readTree(get(all, "/monitoring/traces?limit=1").body()).path("cursor").asText();

    assertThat(get(one, "/monitoring/traces?limit=1&cursor=" + cursor).statusCode()).isEqualTo(400);
  }
}
