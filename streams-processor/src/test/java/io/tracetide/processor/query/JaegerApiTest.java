package io.tracetide.processor.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers that Jaeger's Monitor tab reads. */
class JaegerApiTest extends QueryServerFixture {
  private static final long END_MS = START_MS + 10_000;
  private static final String TIMES =
      "&endTs=" + END_MS + "&lookback=10000&step=10000&ratePer=10000";

  @Test
  void shouldAnswerCallRatesInTheFormOfJaeger() throws Exception {
    JsonNode family = answer("calls?service=shop&spanKind=server" + TIMES);

    assertThat(family.toString().replace('"', '\''))
        .isEqualTo(
            "{'name':'service_call_rate','type':'GAUGE','help':'calls/sec, grouped by service',"
                + "'metrics':[{'labels':[{'name':'service_name','value':'shop'}],'metricPoints':["
                + "{'gaugeValue':{'doubleValue':0.2},'timestamp':'2026-03-01T09:59:10Z'}]}]}");
  }

  @Test
  void shouldGroupByOperation() throws Exception {
    JsonNode errors = answer("errors?service=shop&groupByOperation=true" + TIMES);
    assertThat(errors.at("/name").asText()).isEqualTo("service_operation_error_rate");
    assertThat(errors.at("/metrics/0/labels/0/name").asText()).isEqualTo("operation");
    assertThat(errors.at("/metrics/0/labels/0/value").asText()).isEqualTo("pay");
    assertThat(point(errors)).isEqualTo(0.5);

    JsonNode latencies =
        answer("latencies?service=shop&quantile=0.95&groupByOperation=true" + TIMES);
    assertThat(latencies.at("/name").asText()).isEqualTo("service_operation_latencies");
    assertThat(latencies.at("/help").asText())
        .isEqualTo("0.95th quantile latency, grouped by service & operation");
    assertThat(point(latencies)).isCloseTo(2.0, Percentage.withPercentage(1));
  }

  @Test
  void shouldFindServicesOfAnyName() throws Exception {
    String name = "a.b|c\\d\"e(f";
    windows.put(
        WindowTier.BASE,
        SeriesId.ofOperation("default", name, "op"),
        START_MS,
        MemoryWindows.work(0, 1_000),
        0);

    JsonNode found = answer("calls?service=" + URLEncoder.encode(name, UTF_8) + TIMES);

    assertThat(found.at("/metrics")).hasSize(1);
    assertThat(found.at("/metrics/0/labels/0/value").asText()).isEqualTo(name);
    assertThat(answer("calls?service=aXb&service=none" + TIMES).at("/metrics")).isEmpty();
    assertThat(answer("calls?service=shop&service=none" + TIMES).at("/metrics")).hasSize(1);
  }

  @Test
  void shouldAnswerTheShortestStep() throws Exception {
    assertThat(answer("minstep").toString())
        .isEqualTo("{\"data\":10000,\"total\":1,\"limit\":0,\"offset\":0,\"errors\":null}");
  }

  @ParameterizedTest
  @CsvSource({
    "calls, service",
    "latencies?service=a, quantile",
    "latencies?service=a&quantile=2, quantile",
    "calls?service=a&step=0, step",
    "calls?service=a&step=1, longer step",
    "calls?service=a&lookback=x, lookback",
    "calls?service=a&groupByOperation=1, groupByOperation",
    "calls?service=a&spanKind=x, span kind",
    "rates?service=a, minstep",
  })
  void shouldExplainWhatIsWrong(String path, String reason) throws Exception {
    HttpResponse<String> response = get("/api/metrics/" + path);

    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode body = JSON.readTree(response.body());
    assertThat(body.at("/errors/0/code").asInt()).isEqualTo(400);
    assertThat(body.at("/errors/0/msg").asText()).contains(reason);
    assertThat(body.at("/data").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"calls?service=%00", "%00", "%zz?service=a"})
  void shouldAnswerUnreadablePathsInTheFormOfJaeger(String path) throws Exception {
    String response = raw("/api/metrics/" + path);

    assertThat(response).startsWith("HTTP/1.1 400 ").contains("content-type: application/json");
    JsonNode body = JSON.readTree(response.substring(response.indexOf("\r\n\r\n")));
    assertThat(body.at("/errors/0/code").asInt()).isEqualTo(400);
    assertThat(body.at("/errors/0/msg").asText()).contains("control character such as %00");
    assertThat(body.at("/data").isNull()).isTrue();
  }

  private JsonNode answer(String path) throws Exception {
    HttpResponse<String> response = get("/api/metrics/" + path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static double point(JsonNode family) {
    List<JsonNode> values = family.findValues("doubleValue");
    return values.get(values.size() - 1).asDouble();
  }
}
