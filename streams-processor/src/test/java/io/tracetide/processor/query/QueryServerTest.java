package io.tracetide.processor.query;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Severity;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are wrong, too many, or that the stores cannot answer. */
class QueryServerTest extends QueryServerFixture {
  private static final String CANARY = "<script>alert('\"&')</script>";

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
  void shouldOnlyBeRead() throws Exception {
    HttpRequest post =
        request("/monitoring/anomalies").POST(HttpRequest.BodyPublishers.ofString("{}")).build();

    assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
  }
}
