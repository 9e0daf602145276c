package io.tracetide.processor.query;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.peer.PeerConfig;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Peak;
import io.tracetide.schemas.Severity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueryServerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:05Z");
  private static final long START_MS = WindowTier.BASE.windowStart(NOW.toEpochMilli()) - 60_000;
  private static final String CANARY = "<script>alert('\"&')</script>";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] TRACE_FIELDS = {
    "traceId",
    "tenant",
    "service",
    "operation",
    "state",
    "startedAt",
    "lastEventAt",
    "endedAt",
    "durationMs",
    "progressPercentage",
    "currentOperation",
    "context",
    "tags",
    "events",
    "eventsDropped",
    "openSpans",
    "stuckSince",
    "allowedSilenceMs",
    "abandonedAt",
    "error",
    "metadata",
    "metrics",
    "resources"
  };

  private MemoryWindows windows = new MemoryWindows();
  private final List<Anomaly> anomalies = new ArrayList<>();
  private final MemoryLedger ledger = new MemoryLedger();
  private final AtomicInteger failures = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private CountDownLatch gate = new CountDownLatch(0);
  private Listener listener;

  @BeforeEach
  void fill() {
    windows = new MemoryWindows().closedUpTo(START_MS + 30_000);
    anomalies.clear();
    ledger.clear();
    failures.set(0);
    SeriesId pay = SeriesId.ofOperation("default", "shop", "pay");
    windows.put(WindowTier.BASE, pay, START_MS, MemoryWindows.work(1, 1_000, 2_000), 0);
    SeriesId cpu = SeriesId.ofMetric("default", "shop", SeriesId.CPU_USAGE_PERCENT);
    windows.put(WindowTier.BASE, cpu, START_MS, MemoryWindows.work(0, 40), 0);
    Instant openedAt = NOW.minusSeconds(60);
    anomalies.add(
        Episodes.builder("shop", "pay", Severity.HIGH, openedAt)
            .setExpected(
                Map.of(
                    "p95_ms", 96.0,
                    "p95_ms_low", 60.0,
                    "p95_ms_high", 140.0,
                    "throughput_per_sec", 19.0,
                    "error_rate_percent", 0.3))
            .setPeak(
                Peak.newBuilder()
                    .setWindowStart(openedAt.minusSeconds(20))
                    .setWindowEnd(openedAt.minusSeconds(10))
                    .setObserved(Map.of("p95_ms", 840.0))
                    .setExpected(Map.of("p95_ms", 96.0))
                    .setContributions(Map.of("p95_ms", 1.0))
                    .setExemplars(new Exemplars(null, "failed-at-the-peak", null))
                    .build())
            .build());
  }

  @BeforeAll
  void start() {
    QueryServer server =
        new QueryServer(
            new QueryConfig(1, 1, 1_000, PeerConfig.defaults()),
            (tier, fromMs, toMs, scope, reader) -> {
              await(gate);
              if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new StoresUnavailableException("Restoring 3 store partitions.");
              }
              return windows.read(tier, fromMs, toMs, scope, reader);
            },
            reader -> {
              anomalies.forEach(reader);
              return List.of();
            },
            Optional.of(LocalLedgers.view(List.of(ledger))),
            WindowTier.ALL,
            StatusRules.withWarmUp(240),
            new TraceRetention(Duration.ofMinutes(5), Duration.ofHours(24)),
            Clock.fixed(NOW, ZoneOffset.UTC));
    listener =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            server);
  }

  @AfterAll
  void stop() {
    listener.close();
  }

  @Test
  void shouldAnswerAnalyticsWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/analytics?metrics=latency,cpu");

    assertThat(fields(answer))
        .containsExactly(
            "from",
            "to",
            "granularityMs",
            "relativeError",
            "partial",
            "missing",
            "retainedFrom",
            "series",
            "metricSeries");
    assertThat(fields(answer.at("/series/0")))
        .containsExactly("tenant", "service", "operation", "points");
    assertThat(fields(answer.at("/series/0/points/0")))
        .containsExactly(
            "start",
            "end",
            "count",
            "weightedCount",
            "errors",
            "throughputPerSec",
            "errorRatePercent",
            "minMs",
            "meanMs",
            "p50Ms",
            "p90Ms",
            "p95Ms",
            "p99Ms",
            "maxMs",
            "final",
            "revision");
    assertThat(fields(answer.at("/metricSeries/0")))
        .containsExactly(
            "tenant", "service", "operation", "metric", "unit", "attributes", "points");
    assertThat(fields(answer.at("/metricSeries/0/points/0")))
        .containsExactly(
            "start",
            "end",
            "count",
            "min",
            "mean",
            "p50",
            "p90",
            "p95",
            "p99",
            "max",
            "sum",
            "ratePerSec",
            "final",
            "revision");
    assertThat(answer.at("/from").asText()).isEqualTo("2026-03-01T09:45:05Z");
    assertThat(answer.at("/granularityMs").asLong()).isEqualTo(10_000);
    assertThat(answer.at("/series/0/points/0/start").asText()).isEqualTo("2026-03-01T09:59:00Z");
    assertThat(answer.at("/series/0/points/0/final").asBoolean()).isTrue();
    assertThat(answer.at("/series/0/points/0/count").asLong()).isEqualTo(2);
  }

  @Test
  void shouldAnswerTheDashboardWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/dashboard");

    assertThat(fields(answer))
        .containsExactly(
            "from",
            "to",
            "partial",
            "missing",
            "relativeError",
            "closedUpTo",
            "totals",
            "services");
    assertThat(fields(answer.at("/totals")))
        .containsExactly(
            "services",
            "operations",
            "count",
            "errors",
            "throughputPerSec",
            "errorRatePercent",
            "p50Ms",
            "p95Ms",
            "p99Ms",
            "inFlight",
            "stuck",
            "openAnomalies",
            "statuses");
    assertThat(fields(answer.at("/totals/statuses")))
        .containsExactlyInAnyOrder("healthy", "degraded", "critical", "warming_up", "silent");
    assertThat(fields(answer.at("/services/0")))
        .containsExactly(
            "tenant",
            "service",
            "status",
            "reason",
            "warmUp",
            "lastWorkAt",
            "count",
            "errors",
            "throughputPerSec",
            "errorRatePercent",
            "p50Ms",
            "p95Ms",
            "p99Ms",
            "inFlight",
            "stuck",
            "openAnomalies",
            "operations");
    assertThat(fields(answer.at("/services/0/operations/0")))
        .containsExactly(
            "operation",
            "count",
            "errors",
            "throughputPerSec",
            "errorRatePercent",
            "p50Ms",
            "p95Ms",
            "p99Ms",
            "openAnomalies");
    assertThat(answer.at("/services/0/status").asText()).isEqualTo("degraded");
    assertThat(answer.at("/services/0/inFlight").asLong()).isZero();
    assertThat(answer.at("/services/0/stuck").asLong()).isZero();
  }

  @Test
  void shouldAnswerAnomaliesWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/anomalies?severity=high&resolved=false&timeRange=1h");

    assertThat(fields(answer)).containsExactly("partial", "missing", "total", "anomalies");
    assertThat(fields(answer.at("/anomalies/0")))
        .containsExactly(
            "anomalyId",
            "fingerprint",
            "tenant",
            "service",
            "operation",
            "detector",
            "kind",
            "rule",
            "severity",
            "confidence",
            "state",
            "revision",
            "openedAt",
            "updatedAt",
            "resolvedAt",
            "windowStart",
            "windowEnd",
            "observed",
            "expected",
            "contributions",
            "summary",
            "exemplars",
            "traceIds",
            "features",
            "peak");
    assertThat(answer.at("/anomalies/0/features").findValuesAsText("name"))
        .containsExactly("p95_ms", "throughput_per_sec", "error_rate_percent");
    assertThat(fields(answer.at("/anomalies/0/features/0")))
        .containsExactly("name", "observed", "expected", "low", "high", "contribution");
    JsonNode latency = answer.at("/anomalies/0/features/0");
    assertThat(latency.get("expected").asDouble()).isEqualTo(96);
    assertThat(latency.get("low").asDouble()).isEqualTo(60);
    assertThat(latency.get("high").asDouble()).isEqualTo(140);
    JsonNode peak = answer.at("/anomalies/0/peak");
    assertThat(fields(peak))
        .containsExactly(
            "windowStart",
            "windowEnd",
            "observed",
            "expected",
            "contributions",
            "exemplars",
            "features");
    assertThat(peak.at("/observed/p95_ms").asDouble()).isEqualTo(840);
    assertThat(peak.at("/exemplars/error").asText()).isEqualTo("failed-at-the-peak");
    assertThat(peak.get("windowStart").asText()).isEqualTo("2026-03-01T09:58:45Z");
    assertThat(fields(answer.at("/anomalies/0/exemplars")))
        .containsExactly("slowest", "error", "typical");
    assertThat(answer.at("/anomalies/0/severity").asText()).isEqualTo("HIGH");
    assertThat(answer.at("/anomalies/0/state").asText()).isEqualTo("OPEN");
    assertThat(answer.at("/anomalies/0/openedAt").asText()).isEqualTo("2026-03-01T09:59:05Z");
    assertThat(answer.at("/anomalies/0/resolvedAt").isNull()).isTrue();
    assertThat(answer.at("/anomalies/0/observed/p95_ms").asDouble()).isEqualTo(412.5);
  }

  @Test
  void shouldAnswerServicesWithTheseFields() throws Exception {
    JsonNode answer = json("/monitoring/services");

    assertThat(fields(answer)).containsExactly("from", "to", "partial", "missing", "services");
    assertThat(fields(answer.at("/services/0")))
        .containsExactly("tenant", "service", "operations", "metrics", "attributes", "lastSeen");
    assertThat(answer.at("/services/0/operations/0").asText()).isEqualTo("pay");
    assertThat(answer.at("/services/0/metrics/0").asText()).isEqualTo("cpu_usage_percent");
    assertThat(answer.at("/services/0/lastSeen").asText()).isEqualTo("2026-03-01T09:59:10Z");
  }

  @Test
  void shouldListTracesWithTheseFields() throws Exception {
    ledger.put(
        Traces.running("t-1", "planner", "plan trip", NOW.minusSeconds(90))
            .context(Map.of("planId", "plan-7"))
            .tags(Map.of("city", "Berlin"))
            .doing("comparing flights", 40)
            .stuck(NOW.minusSeconds(10), 30_000)
            .step(NOW.minusSeconds(90), TraceStep.Kind.STARTED, "s-1", "plan trip", Map.of())
            .snapshot());

    JsonNode answer = json("/monitoring/traces?state=in_flight&service=plan*&context=plan-7");

    assertThat(fields(answer)).containsExactly("partial", "missing", "traces", "cursor");
    assertThat(answer.at("/cursor").isNull()).isTrue();
    JsonNode trace = answer.at("/traces/0");
    assertThat(fields(trace)).containsExactly(TRACE_FIELDS);
    assertThat(trace.at("/state").asText()).isEqualTo("stuck");
    assertThat(trace.at("/startedAt").asText()).isEqualTo("2026-03-01T09:58:35Z");
    assertThat(trace.at("/endedAt").isNull()).isTrue();
    assertThat(trace.at("/durationMs").isNull()).isTrue();
    assertThat(trace.at("/progressPercentage").asDouble()).isEqualTo(40);
    assertThat(trace.at("/currentOperation").asText()).isEqualTo("comparing flights");
    assertThat(trace.at("/context/planId").asText()).isEqualTo("plan-7");
    assertThat(trace.at("/tags/city").asText()).isEqualTo("Berlin");
    assertThat(trace.at("/stuckSince").asText()).isEqualTo("2026-03-01T09:59:55Z");
    assertThat(trace.at("/allowedSilenceMs").asLong()).isEqualTo(30_000);
    assertThat(trace.at("/events").isNull()).isTrue();
    assertThat(trace.at("/eventsDropped").asInt()).isZero();
    assertThat(json("/monitoring/traces?events=true").at("/traces/0/events")).hasSize(1);
    assertThat(json("/monitoring/traces?tenant=other").at("/traces")).isEmpty();
  }

  @Test
  void shouldShowATraceWithItsTimeline() throws Exception {
    Instant start = NOW.minusSeconds(90);
    ledger.put(
        Traces.running("a/b c", "planner", "plan trip", start)
            .step(start, TraceStep.Kind.STARTED, "s-1", "plan trip", Map.of())
            .step(
                start.plusMillis(1_500),
                TraceStep.Kind.APPROVAL_WORKFLOW,
                "s-1",
                "approved",
                Map.of("approver", "grace"))
            .step(
                start.plusMillis(4_000),
                TraceStep.Kind.ENDED,
                "s-2",
                "FAILED",
                Map.of("durationMicros", "1000000", "parentSpanId", "s-1"))
            .failed(NOW, "Timeout", "no seat")
            .snapshot());

    JsonNode answer = json("/monitoring/traces/a%2Fb%20c?tenant=default");

    assertThat(fields(answer)).startsWith(TRACE_FIELDS).endsWith("spans");
    assertThat(answer.at("/traceId").asText()).isEqualTo("a/b c");
    assertThat(answer.at("/durationMs").asDouble()).isEqualTo(90_000);
    assertThat(answer.at("/error/message").asText()).isEqualTo("no seat");
    assertThat(fields(answer.at("/events/1")))
        .containsExactly(
            "timestamp",
            "offsetMs",
            "kind",
            "service",
            "operation",
            "spanId",
            "name",
            "attributes");
    assertThat(answer.at("/events/1/offsetMs").asDouble()).isEqualTo(1_500);
    assertThat(answer.at("/events/1/kind").asText()).isEqualTo("approval_workflow");
    assertThat(answer.at("/events/1/attributes/approver").asText()).isEqualTo("grace");
    assertThat(fields(answer.at("/spans/0")))
        .containsExactly(
            "spanId",
            "parentSpanId",
            "service",
            "operation",
            "status",
            "startedAt",
            "endedAt",
            "durationMs");
    assertThat(answer.at("/spans/0/status").asText()).isEqualTo("running");
    assertThat(answer.at("/spans/1/parentSpanId").asText()).isEqualTo("s-1");
    assertThat(answer.at("/spans/1/durationMs").asDouble()).isEqualTo(1_000);
    assertThat(answer.at("/spans/1/startedAt").asText()).isEqualTo("2026-03-01T09:58:38Z");
  }

  @Test
  void shouldReportHowLongTracesAreKeptWhenOneIsUnknown() throws Exception {
    ledger.put(Traces.running("t-1", "planner", "plan", NOW).tenant("acme").snapshot());

    HttpResponse<String> response = get("/monitoring/traces/t-1");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(type(response)).isEqualTo("application/problem+json");
    assertThat(JSON.readTree(response.body()).get("detail").asText())
        .contains("'t-1'", "'default'", "5m", "1d");
    assertThat(get("/monitoring/traces/t-1?tenant=acme").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/monitoring/analytics?granularity=7s,     granularity",
    "/monitoring/analytics?colour=red,         colour",
    "/monitoring/dashboard?granularity=1m,     granularity",
    "/monitoring/dashboard?timeRange=soon,     timeRange",
    "/monitoring/anomalies?severity=worst,     severity",
    "/monitoring/services?to=2026-03-01T10:00:00Z, to",
    "/monitoring/traces?state=asleep,          state",
    "/monitoring/traces?olderThan=soon,        olderThan",
    "/monitoring/traces?limit=1001,            limit",
    "/monitoring/traces?cursor=bm90aGluZw,     cursor",
    "/monitoring/traces?services=shop,         services",
    "/monitoring/traces/t-1?events=true,       events",
  })
  void shouldExplainABadParameter(String path, String parameter) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(type(response)).isEqualTo("application/problem+json");
    JsonNode problem = JSON.readTree(response.body());
    assertThat(problem.get("status").asInt()).isEqualTo(400);
    assertThat(problem.get("detail").asText()).contains("'" + parameter + "'");
  }

  @Test
  void shouldExplainACursorOfAnyLength() throws Exception {
    for (int length = 0; length <= 64; length++) {
      String cursor =
          Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[length]) + "AA";

      HttpResponse<String> response = get("/monitoring/traces?cursor=" + cursor);

      assertThat(response.statusCode()).as(cursor).isEqualTo(400);
      assertThat(JSON.readTree(response.body()).get("detail").asText()).contains("'cursor'");
    }
  }

  /** As B3 headers and logs write ids, and as services do that write to Kafka themselves. */
  @ParameterizedTest
  @CsvSource({
    "00000000000000007da6ac4aba421381, 7da6ac4aba421381",
    "00000000000000007da6ac4aba421381, 7DA6AC4ABA421381",
    "00000000000000007da6ac4aba421381, 00000000000000007DA6AC4ABA421381",
    "00000000000000007da6ac4aba421381, 00000000000000007da6ac4aba421381",
    "4bf92f3577b34da6a3ce929d0e0e4736, 4BF92F3577B34DA6A3CE929D0E0E4736",
    "0000000000000000000000000000000f, f",
    "BEEF,                             BEEF",
  })
  void shouldFindATraceByTheFormsOfItsId(String id, String asked) throws Exception {
    ledger.put(Traces.running(id, "planner", "plan", NOW).snapshot());

    assertThat(json("/monitoring/traces/" + asked).get("traceId").asText()).isEqualTo(id);
    assertThat(get("/monitoring/traces/1" + asked).statusCode()).isEqualTo(404);
  }

  @Test
  void shouldPreferTheIdAsItIsGiven() throws Exception {
    ledger.put(Traces.running("BEEF", "ours", "plan", NOW).snapshot());
    ledger.put(
        Traces.running("0000000000000000000000000000beef", "theirs", "plan", NOW).snapshot());

    assertThat(json("/monitoring/traces/BEEF").get("service").asText()).isEqualTo("ours");
    assertThat(json("/monitoring/traces/beef").get("service").asText()).isEqualTo("theirs");
  }

  @Test
  void shouldTryAgainWhenAStoreMoves() throws Exception {
    failures.set(2);

    assertThat(get("/monitoring/analytics").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldAnswer503WithRetryAfterWhileStoresRestore() throws Exception {
    failures.set(3);

    HttpResponse<String> response = get("/monitoring/dashboard");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).contains("2");
    assertThat(type(response)).isEqualTo("application/problem+json");
    assertThat(JSON.readTree(response.body()).get("detail").asText())
        .contains("Restoring 3 store partitions");
  }

  @Test
  void shouldRejectMoreQueriesThanMayWait() throws Exception {
    gate = new CountDownLatch(1);
    List<CompletableFuture<HttpResponse<String>>> sent =
        Stream.generate(() -> send("/monitoring/analytics")).limit(3).toList();
    Object refused =
        CompletableFuture.anyOf(sent.toArray(CompletableFuture[]::new)).get(10, SECONDS);
    gate.countDown();

    assertThat(((HttpResponse<?>) refused).statusCode()).isEqualTo(503);
    assertThat(((HttpResponse<?>) refused).headers().firstValue("retry-after")).isPresent();
    assertThat(sent)
        .extracting(future -> future.get(10, SECONDS).statusCode())
        .containsExactlyInAnyOrder(200, 200, 503);
    assertThat(get("/monitoring/analytics").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldCompressAnswers() throws Exception {
    anomalies.addAll(Collections.nCopies(20, anomalies.get(0)));
    HttpRequest request =
        request("/monitoring/anomalies").header("accept-encoding", "gzip").build();

    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());

    assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertThat(JSON.readTree(in).has("anomalies")).isTrue();
    }
  }

  @Test
  void shouldServeHostileNamesAsJsonAndNothingElse() throws Exception {
    SeriesId hostile = SeriesId.ofOperation("default", CANARY, CANARY);
    windows.put(WindowTier.BASE, hostile, START_MS, MemoryWindows.work(0, 1_000), 0);
    anomalies.add(Episodes.open(CANARY, CANARY, Severity.LOW, NOW));

    ledger.put(
        Traces.running("t-1", CANARY, CANARY, NOW)
            .step(NOW, TraceStep.Kind.EVENT, "", CANARY, Map.of(CANARY, CANARY))
            .snapshot());

    for (String path :
        List.of(
            "/monitoring/analytics",
            "/monitoring/dashboard",
            "/monitoring/anomalies",
            "/monitoring/services",
            "/monitoring/traces",
            "/monitoring/traces/t-1")) {
      HttpResponse<String> response = get(path);
      assertThat(type(response)).startsWith("application/json");
      assertThat(response.headers().firstValue("x-content-type-options")).contains("nosniff");
      assertThat(JSON.readTree(response.body()).findValuesAsText("service")).contains(CANARY);
    }
    HttpResponse<String> refused = get("/monitoring/analytics?%3Cscript%3E=1");
    assertThat(type(refused)).isEqualTo("application/problem+json");
  }

  @Test
  void shouldServeThePageUnderAStrictPolicy() throws Exception {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(type(page)).startsWith("text/html");
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'self'")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("cache-control")).contains("no-store");
    assertThat(page.body())
        .doesNotContain("Sign out")
        .doesNotContain("<style")
        .doesNotContain("style=")
        .doesNotContain("onclick");
    assertThat(page.body()).doesNotContainPattern("<script(?![^>]* src=)");
    for (String link : links(page.body())) {
      assertThat(get(link).statusCode()).as(link).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dashboard/main.js",
        "/dashboard/api.js",
        "/dashboard/format.js",
        "/dashboard/element.js",
        "/dashboard/charts.js",
        "/dashboard/services.js",
        "/dashboard/anomalies.js",
        "/dashboard/traces.js",
        "/dashboard/trace.js"
      })
  void shouldNeverTurnDataIntoMarkup(String script) throws Exception {
    HttpResponse<String> response = get(script);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(type(response)).startsWith("text/javascript");
    assertThat(response.body())
        .doesNotContain("innerHTML")
        .doesNotContain("outerHTML")
        .doesNotContain("insertAdjacentHTML")
        .doesNotContain("document.write")
        .doesNotContain("eval(");
  }

  @Test
  void shouldLetBrowsersKeepThePage() throws Exception {
    String tag = get("/dashboard/uplot.js").headers().firstValue("etag").orElseThrow();

    HttpResponse<String> again =
        client.send(
            request("/dashboard/uplot.js").header("if-none-match", tag).build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dashboard/..%2findex.html",
        "/dashboard/..%2f..%2fapplication.yaml",
        "/dashboard/%2e%2e/%2e%2e/etc/passwd",
        "/dashboard/..%5c..%5cetc",
        "/dashboard/",
        "/dashboard/package-info.class",
        "/index.html",
        "/monitoring",
        "/monitoring/analytics/x"
      })
  void shouldServeNothingBesideItsFiles(String path) throws Exception {
    assertThat(get(path).statusCode()).isIn(400, 404);
  }

  @Test
  void shouldOnlyBeRead() throws Exception {
    HttpRequest post =
        request("/monitoring/anomalies").POST(HttpRequest.BodyPublishers.ofString("{}")).build();

    assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }

  private CompletableFuture<HttpResponse<String>> send(String path) {
    return client.sendAsync(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(listener.url() + path));
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(type(response)).startsWith("application/json");
    return JSON.readTree(response.body());
  }

  private static String type(HttpResponse<?> response) {
    return response.headers().firstValue("content-type").orElse("");
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> links(String page) {
    return Pattern.compile("(?:href|src)=\"(/[^\"]*)\"")
        .matcher(page)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
