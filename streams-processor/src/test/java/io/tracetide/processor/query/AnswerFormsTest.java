package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Severity;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as CSV and JSON lines, and requests for an answer that the client already has. */
class AnswerFormsTest extends QueryServerFixture {
  private static final String HOSTILE = "=cmd|' /C calc'!A0,\"quoted\"\r\nnext";

  @Test
  void shouldAnswerPointsAsCsv() throws Exception {
    HttpResponse<String> response = get("/monitoring/analytics?format=csv&operations=pay");

    assertThat(type(response)).startsWith("text/csv").contains("charset=utf-8", "header=present");
    assertThat(response.headers().firstValue("content-disposition"))
        .contains("attachment; filename=\"analytics.csv\"");
    List<Map<String, String>> rows = csv(response.body());
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0))
        .containsEntry("service", "shop")
        .containsEntry("operation", "pay")
        .containsEntry("start", "2026-03-01T09:59:00Z")
        .containsEntry("count", "2")
        .containsEntry("errorRatePercent", "50.0")
        .containsEntry("final", "true")
        .containsEntry("exemplars.slowest", "")
        .containsEntry("earlier.p95Ms", "")
        .containsEntry("change.p95Percent", "");
    assertThat(response.headers().firstValue("tracetide-partial")).contains("false");
    assertThat(response.headers().firstValue("tracetide-granularity-ms")).contains("10000");
    assertThat(response.headers().firstValue("tracetide-left-out")).contains("0");
  }

  @Test
  void shouldHaveTheSameColumnsWithoutRows() throws Exception {
    String some = get("/monitoring/analytics?format=csv").body();
    windows = new MemoryWindows();
    String none = get("/monitoring/analytics?format=csv").body();

    assertThat(none).isEqualTo(some.substring(0, some.indexOf("\r\n") + 2));
  }

  @Test
  void shouldQuoteTextsAndDisarmFormulas() throws Exception {
    for (String name :
        List.of(HOSTILE, "+1", "-1+2", "@SUM(A1)", "\tx", "＝1", " =1", "'q", "plain", "it's")) {
      windows.put(
          WindowTier.BASE,
          SeriesId.ofOperation("default", name, name),
          START_MS,
          MemoryWindows.work(0, 1_000),
          0);
    }

    List<Map<String, String>> rows =
        csv(get("/monitoring/analytics?format=csv&operations=*").body());

    assertThat(rows)
        .extracting(row -> row.get("service"))
        .containsExactlyInAnyOrder(
            "'" + HOSTILE,
            "'+1",
            "'-1+2",
            "'@SUM(A1)",
            "'\tx",
            "'＝1",
            "' =1",
            "''q",
            "plain",
            "it's",
            "shop");
  }

  @Test
  void shouldKeepNegativeNumbersNumbers() throws Exception {
    SeriesId pay = SeriesId.ofOperation("default", "shop", "pay");
    windows.put(WindowTier.BASE, pay, START_MS - 600_000, MemoryWindows.work(0, 8_000), 0);

    Map<String, String> row =
        csv(get("/monitoring/analytics?format=csv&operations=pay&timeRange=10m&compareTo=previous")
                .body())
            .get(0);

    assertThat(row).containsEntry("change.p95Percent", "-87.5").containsEntry("earlier.count", "1");
  }

  @Test
  void shouldAnswerJsonLines() throws Exception {
    HttpResponse<String> response =
        get("/monitoring/analytics?format=ndjson&operations=pay&metrics=latency,cpu");

    assertThat(type(response)).isEqualTo("application/x-ndjson");
    List<String> lines = response.body().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode span = JSON.readTree(lines.get(0));
    JsonNode metric = JSON.readTree(lines.get(1));
    assertThat(span.get("operation").asText()).isEqualTo("pay");
    assertThat(span.get("p95Ms").isNumber()).isTrue();
    assertThat(metric.get("metric").asText()).isEqualTo(SeriesId.CPU_USAGE_PERCENT);
    assertThat(metric.get("mean").asDouble()).isEqualTo(40);
  }

  @Test
  void shouldAnswerAnomaliesAndTraces() throws Exception {
    anomalies.add(Episodes.open("=1+1", "pay", Severity.LOW, NOW));
    ledger.put(Traces.running("t-1", "shop", "pay", NOW).snapshot());
    ledger.put(Traces.running("t-2", "shop", "pay", NOW).snapshot());

    HttpResponse<String> list = get("/monitoring/anomalies?format=csv&limit=1");
    assertThat(csv(list.body())).hasSize(1);
    assertThat(csv(list.body()).get(0)).containsEntry("service", "'=1+1");
    assertThat(list.headers().firstValue("tracetide-total")).contains("2");
    assertThat(csv(get("/monitoring/anomalies?format=csv").body()).get(1))
        .containsEntry("peak.exemplars.error", "failed-at-the-peak");

    HttpResponse<String> traces = get("/monitoring/traces?format=ndjson&limit=1");
    assertThat(traces.body().lines()).hasSize(1);
    String cursor = traces.headers().firstValue("tracetide-cursor").orElseThrow();
    HttpResponse<String> next = get("/monitoring/traces?format=csv&limit=1&cursor=" + cursor);
    assertThat(csv(next.body())).hasSize(1);
    assertThat(csv(next.body()).get(0).get("traceId"))
        .isNotEqualTo(JSON.readTree(traces.body()).get("traceId").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/csv | text/csv",
        "application/x-ndjson | application/x-ndjson",
        "application/json | application/json",
        "*/* | application/json",
        "text/html,text/* | text/csv",
        "text/csv;q=0.5, application/json | application/json",
        "image/png | application/json",
        "text/csv;q=0 | application/json",
        "application/json;q=0, text/csv;q=0.1 | text/csv",
      })
  void shouldChooseTheFormByWhatIsAccepted(String accept, String expected) throws Exception {
    HttpResponse<String> response =
        client.send(
            request("/monitoring/analytics").header("accept", accept).build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(type(response)).startsWith(expected);
    assertThat(response.headers().firstValue("vary").orElseThrow()).contains("Accept");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/monitoring/analytics?format=xml",
        "/monitoring/dashboard?format=csv",
        "/monitoring/incidents?format=csv",
        "/monitoring/analytics?format=csv&metrics=latency,cpu",
      })
  void shouldRefuseAFormThatAnAnswerDoesNotHave(String path) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("format");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/monitoring/analytics?from=2026-03-01T09:00:00Z&to=2026-03-01T10:00:00Z",
        "/monitoring/analytics?timeRange=15m&format=json",
        "/monitoring/analytics?format=csv",
        "/monitoring/dashboard?timeRange=15m",
        "/monitoring/anomalies",
        "/monitoring/services",
        "/monitoring/objectives",
        "/monitoring/traces",
      })
  void shouldNotSendAnAnswerAgain(String path) throws Exception {
    HttpResponse<String> first = get(path);
    String tag = first.headers().firstValue("etag").orElseThrow();

    HttpResponse<String> again = conditional(path, "\"other\", " + tag);

    assertThat(first.headers().firstValue("cache-control")).contains("private, no-cache");
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(again.headers().firstValue("etag")).contains(tag);
    assertThat(again.headers().firstValue("vary").orElseThrow())
        .contains("Authorization", "Cookie", "Accept", "Accept-Encoding");
    assertThat(conditional(path, "*").statusCode()).isEqualTo(304);
    assertThat(conditional(path, "W/\"other\"").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSendAnAnswerThatHasChanged() throws Exception {
    String path = "/monitoring/analytics?from=2026-03-01T09:00:00Z&to=2026-03-01T10:00:00Z";
    String tag = get(path).headers().firstValue("etag").orElseThrow();
    SeriesId pay = SeriesId.ofOperation("default", "shop", "pay");
    windows.put(WindowTier.BASE, pay, START_MS + 10_000, MemoryWindows.work(0, 1), 0);

    HttpResponse<String> changed = conditional(path, tag);

    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.headers().firstValue("etag")).isNotEqualTo(tag);
    String other = path.replace("09:00:00Z", "09:00:01Z");
    assertThat(get(other).headers().firstValue("etag"))
        .as("of another range")
        .isNotEqualTo(changed.headers().firstValue("etag"));
  }

  @Test
  void shouldNotLetAnErrorBeKept() throws Exception {
    HttpResponse<String> refused = conditional("/monitoring/analytics?colour=red", "*");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.headers().firstValue("etag")).isEmpty();
    assertThat(refused.headers().firstValue("cache-control")).contains("no-store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "csv", "ndjson"})
  void shouldCompressEachForm(String form) throws Exception {
    SeriesId pay = SeriesId.ofOperation("default", "shop", "pay");
    for (int i = 1; i < 20; i++) {
      windows.put(WindowTier.BASE, pay, START_MS - i * 10_000L, MemoryWindows.work(0, 1_000), 0);
    }

    HttpResponse<byte[]> response =
        client.send(
            request("/monitoring/analytics?format=" + form)
                .header("accept-encoding", "gzip")
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(response.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(response.headers().allValues("vary"))
        .containsExactly("Authorization, Cookie, Accept, Accept-Encoding");
  }

  @Test
  void shouldNameTheMethodsOfAPathWithAQuery() throws Exception {
    HttpResponse<String> response =
        client.send(
            request("/monitoring/analytics?timeRange=15m").DELETE().build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow").orElseThrow()).contains("GET");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/monitoring/analytics?quantiles=0x1p-1 | numbers from 0 to 1",
        "/monitoring/analytics?quantiles=NaN | numbers from 0 to 1",
        "/monitoring/analytics?quantiles=-0 | numbers from 0 to 1",
        "/monitoring/anomalies?limit=%2B3 | whole number",
        "/monitoring/anomalies?severity=odd | low, medium, high, critical",
        "/monitoring/analytics?granularity=10s&compareTo=7s | 7s",
      })
  void shouldRejectOtherNotationsInTheWordsOfTheRequest(String path, String detail)
      throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(response.body()).get("detail").asText()).contains(detail);
  }

  private HttpResponse<String> conditional(String path, String tags) throws Exception {
    return CONTRACT.checked(
        client.send(
            request(path).header("if-none-match", tags).build(),
            HttpResponse.BodyHandlers.ofString()));
  }

  /** Reads RFC 4180: records end with CRLF, quotes are doubled in quotes. */
  private static List<Map<String, String>> csv(String text) {
    List<List<String>> records = new ArrayList<>();
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c != '"') {
          cell.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        assertThat(cell).as("a quote opens a cell").isEmpty();
        quoted = true;
      } else if (c == ',' || c == '\r') {
        cells.add(cell.toString());
        cell.setLength(0);
        if (c == '\r') {
          assertThat(text.charAt(++i)).isEqualTo('\n');
          records.add(cells);
          cells = new ArrayList<>();
        }
      } else {
        assertThat(c).isNotEqualTo('\n');
        cell.append(c);
      }
    }
    assertThat(cells).as("the last record ends, too").isEmpty();
    List<Map<String, String>> rows = new ArrayList<>();
    for (List<String> record : records.subList(1, records.size())) {
      assertThat(record).hasSameSizeAs(records.get(0));
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 0; i < record.size(); i++) {
        row.put(records.get(0).get(i), record.get(i));
      }
      rows.add(row);
    }
    return rows;
  }
}
