package io.tracetide.processor.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of answers and errors of Prometheus' query API. */
class PrometheusApiTest extends QueryServerFixture {
  private static final long END = (START_MS + 10_000) / 1_000;
  private static final String RANGE = "start=" + (END - 60) + "&end=" + (END + 60);
  private static final String CALLS = "traces_span_metrics_calls_total";
  private static final String BUCKET = "traces_span_metrics_duration_seconds_bucket";

  @Test
  void shouldAnswerInstantQueriesInTheFormOfPrometheus() throws Exception {
    assertThat(answer("query?query=" + encoded("increase(" + CALLS + "[1m])") + "&time=" + END))
        .isEqualTo(
            "{'status':'success','data':{'resultType':'vector','result':["
                + "{'metric':{'service_name':'shop','span_name':'pay','status_code':"
                + "'STATUS_CODE_ERROR','tenant':'default'},'value':[%d,'1']},".formatted(END)
                + "{'metric':{'service_name':'shop','span_name':'pay','status_code':"
                + "'STATUS_CODE_UNSET','tenant':'default'},'value':[%d,'1']}]}}".formatted(END));
    assertThat(answer("query?query=1%2B0.5&time=" + END + ".25"))
        .isEqualTo(
            "{'status':'success','data':{'resultType':'scalar','result':[%d.25,'1.5']}}"
                .formatted(END));
    assertThat(answer("query?query='a'&time=2026-03-01T10:00:00Z"))
        .isEqualTo("{'status':'success','data':{'resultType':'string','result':[1772359200,'a']}}");
    assertThat(answer("query?query=-1%2F0&time=0")).contains("[0,'-Inf']");
    assertThat(answer("query?query=vector(1e21)&time=0"))
        .contains("'metric':{},'value':[0,'1000000000000000000000']");
  }

  @Test
  void shouldAnswerRangeQueriesInTheFormOfPrometheus() throws Exception {
    assertThat(
            answer(
                "query_range?query="
                    + encoded("sum(rate(" + CALLS + "[10s]))")
                    + "&start="
                    + (END - 10)
                    + "&end="
                    + (END + 10)
                    + "&step=10s"))
        .isEqualTo(
            "{'status':'success','data':{'resultType':'matrix','result':[{'metric':{},'values':["
                + "[%d,'0.2'],[%d,'0']]}]}}".formatted(END, END + 10));
    assertThat(answer("query_range?query=7&step=60&" + RANGE))
        .contains("'resultType':'matrix'", "{'metric':{},'values':[[", "'7'");
  }

  @Test
  void shouldAcceptForms() throws Exception {
    String form = "query=" + encoded("sum(" + CALLS + ")") + "&time=" + END;
    HttpResponse<String> response =
        client.send(
            request("/api/v1/query")
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo(get("/api/v1/query?" + form).body());
    assertThat(JSON.readTree(response.body()).at("/data/result/0/value/1").asText()).isEqualTo("2");
    HttpResponse<String> json =
        client.send(
            request("/api/v1/query")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(json.statusCode()).isEqualTo(400);
    assertThat(json.body()).contains("bad_data", "x-www-form-urlencoded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "query                                   | 400 | bad_data  | \"query\" is missing",
        "query?query=sum(                        | 400 | bad_data  | unexpected the end",
        "query?query=deriv(a%5B5m%5D)            | 400 | bad_data  | Supported functions",
        "query?query=1&time=yesterday            | 400 | bad_data  | \"time\"",
        "query?query=1&time=1e30                 | 400 | bad_data  | \"time\"",
        "query?query=1&time=NaN                  | 400 | bad_data  | \"time\"",
        "query?query=1&timeout=-1s               | 400 | bad_data  | \"timeout\"",
        "query?query=1&lookback_delta=1m         | 400 | bad_data  | lookback_delta",
        "query?query=1&tenant=                   | 200 |           | ",
        "query_range?query=1&start=1&end=2       | 400 | bad_data  | \"step\" is missing",
        "query_range?query=1&start=2&end=1&step=1| 400 | bad_data  | end timestamp must not be"
            + " before",
        "query_range?query=1&start=1&end=2&step=0| 400 | bad_data  | \"step\"",
        "query_range?query=1&start=0&end=11000&step=1 | 400 | bad_data | exceeded maximum"
            + " resolution",
        "query_range?query='a'&start=0&end=1&step=1   | 400 | bad_data | invalid expression type",
        "query_range?query=vector(1)&start=0&end=10000&step=1 | 422 | execution | 1000 are allowed",
        "series                                  | 400 | bad_data  | no match[]",
        "series?match[]=sum(a)                   | 400 | bad_data  | is not a selector",
        "labels?match[]=%7B%7D                   | 400 | bad_data  | needs a name",
        "labels?limit=-1                         | 400 | bad_data  | \"limit\"",
        "query_exemplars?query=a                 | 400 | bad_data  | \"start\" is missing",
      })
  void shouldAnswerErrorsInTheFormOfPrometheus(String path, int status, String type, String message)
      throws Exception {
    HttpResponse<String> response = get("/api/v1/" + path.strip());

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(type(response)).startsWith("application/json");
    JsonNode body = JSON.readTree(response.body());
    if (status != 200) {
      assertThat(body.get("status").asText()).isEqualTo("error");
      assertThat(body.get("errorType").asText()).isEqualTo(type);
      assertThat(body.get("error").asText()).contains(message);
    }
  }

  /** They are refused before a route is looked up. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "query?query=%00",
        "query?query=a%00b&time=1",
        "query_range?query=1&start=1&end=2&step=%01",
        "labels?match[]=a%7f",
        "label/%00/values",
        "label/a%01b/values?limit=1",
        "label/%zz/values",
        "label/%/values",
        "label/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/values",
        "query%00",
      })
  void shouldAnswerUnreadablePathsInTheFormOfPrometheus(String path) throws Exception {
    String response = raw("/api/v1/" + path);

    assertThat(response)
        .startsWith("HTTP/1.1 400 ")
        .contains("content-type: application/json", "x-content-type-options: nosniff");
    JsonNode body = JSON.readTree(response.substring(response.indexOf("\r\n\r\n")));
    assertThat(body.get("status").asText()).isEqualTo("error");
    assertThat(body.get("errorType").asText()).isEqualTo("bad_data");
    assertThat(body.get("error").asText()).contains("control character such as %00");
    assertThat(body).hasSize(3);
  }

  @Test
  void shouldAnswerOtherUnreadablePathsWithProblemDetails() throws Exception {
    assertThat(raw("/monitoring/traces/%00"))
        .startsWith("HTTP/1.1 400 ")
        .contains("content-type: application/problem+json");
  }

  @Test
  void shouldRefuseAmbiguousMatchesWith422() throws Exception {
    windows.put(
        WindowTier.BASE,
        SeriesId.ofOperation("default", "shop", "browse"),
        START_MS,
        MemoryWindows.work(0, 500),
        0);

    HttpResponse<String> response =
        get("/api/v1/query?time=" + END + "&query=" + encoded(CALLS + " / on (tenant) " + CALLS));

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("execution", "several series on the right side");
  }

  @Test
  void shouldListSeriesLabelsAndValues() throws Exception {
    String match = "match[]=" + encoded(CALLS + "{service_name=~\"sh.*\"}") + "&" + RANGE;
    assertThat(answer("series?" + match))
        .isEqualTo(
            "{'status':'success','data':["
                + "{'__name__':'traces_span_metrics_calls_total','service_name':'shop','span_name':"
                + "'pay','status_code':'STATUS_CODE_ERROR','tenant':'default'},"
                + "{'__name__':'traces_span_metrics_calls_total','service_name':'shop','span_name':"
                + "'pay','status_code':'STATUS_CODE_UNSET','tenant':'default'}]}");
    assertThat(answer("labels?" + match))
        .isEqualTo(
            "{'status':'success','data':['__name__','service_name','span_name','status_code','tenant']}");
    assertThat(answer("labels?" + RANGE)).contains("'le'", "'severity'");
    assertThat(answer("label/service_name/values?" + RANGE)).contains("'data':['shop']");
    assertThat(answer("label/__name__/values")).contains(CALLS, BUCKET, "tracetide_traces_stuck");
    assertThat(answer("label/le/values?" + RANGE)).contains("'0.002'", "'1.0'", "'+Inf'");
    assertThat(answer("label/none/values?" + RANGE)).contains("'data':[]");
    assertThat(answer("label/le/values?limit=2&" + RANGE))
        .contains("'warnings':['results truncated due to limit']");
  }

  @Test
  void shouldDescribeItsMetricsAndItself() throws Exception {
    assertThat(answer("metadata?metric=" + CALLS))
        .contains("{'" + CALLS + "':[{'type':'counter','help':'", "'unit':''}]}");
    assertThat(answer("metadata"))
        .contains(
            "'traces_span_metrics_duration_seconds':[{'type':'histogram'",
            "'unit':'seconds'",
            "'tracetide_anomalies_open':[{'type':'gauge'");
    assertThat(answer("rules")).isEqualTo("{'status':'success','data':{'groups':[]}}");
    assertThat(answer("status/buildinfo"))
        .startsWith("{'status':'success','data':{'application':'Tracetide','version':'2.");
  }

  @Test
  void shouldListOpenAnomaliesAsAlertsAndCountThem() throws Exception {
    assertThat(answer("alerts"))
        .contains(
            "'labels':{'alertname':'latency',",
            "'service_name':'shop'",
            "'severity':'high'",
            "'state':'firing','activeAt':'2026-03-01T09:59:05Z','value':'1e+00'");
    long now = NOW.getEpochSecond();
    String open = "query?query=tracetide_anomalies_open&time=";
    assertThat(answer(open + now)).contains("'severity':'high','tenant':'default'}", ",'1']");
    assertThat(answer(open + (now - 61))).contains(",'0']");
  }

  @Test
  void shouldCountTracesInFlightNow() throws Exception {
    ledger.put(Traces.running("t-1", "planner", "plan", NOW).tenant("acme").snapshot());
    long now = NOW.getEpochSecond();

    assertThat(answer("query?query=tracetide_traces_in_flight&time=" + now))
        .contains("'service_name':'planner','tenant':'acme'},'value':[" + now + ",'1']");
    assertThat(answer("query?query=sum(tracetide_traces_stuck)&time=" + now)).contains(",'0']");
    assertThat(answer("query?query=tracetide_traces_in_flight&time=" + (now - 3_600)))
        .contains("'result':[]", "has a value for the current time only");
    assertThat(get("/api/v1/query?query=" + encoded("rate(tracetide_traces_stuck[1m])")).body())
        .contains("is a gauge");
  }

  @Test
  void shouldReturnTracesAsExemplars() throws Exception {
    WindowStats stats = MemoryWindows.work(1, 30_000, 70_000);
    stats.offerExemplar(70_000, false, "slow".getBytes(UTF_8), 0, 4);
    stats.offerExemplar(30_000, true, "fail".getBytes(UTF_8), 0, 4);
    windows.put(
        WindowTier.BASE, SeriesId.ofOperation("default", "cart", "add"), START_MS, stats, 0);

    String slow =
        answer(
            "query_exemplars?query="
                + encoded("histogram_quantile(0.9, rate(" + BUCKET + "{service_name='cart'}[5m]))")
                + "&"
                + RANGE);
    String failed =
        answer(
            "query_exemplars?query="
                + encoded("rate(" + CALLS + "{status_code='STATUS_CODE_ERROR'}[1m])")
                + "&"
                + RANGE);

    assertThat(slow)
        .contains(
            "{'seriesLabels':{'__name__':'traces_span_metrics_duration_seconds_bucket','le':'0.1',",
            "'exemplars':[{'labels':{'trace_id':'slow'},'value':'0.07','timestamp':" + END + "}]");
    assertThat(failed)
        .contains("'exemplars':[{'labels':{'trace_id':'fail'},'value':'1','timestamp':" + END)
        .doesNotContain("slow");
  }

  @Test
  void shouldWarnOfWhatIsMissingAndOfWhatDoesNotExist() throws Exception {
    windows.missing("host-b:8080");
    assertThat(answer("query?query=sum(" + CALLS + ")&time=" + END))
        .contains("'warnings':['the answer is partial: data of host-b:8080 are missing']");
    assertThat(answer("label/service_name/values?" + RANGE)).contains("host-b:8080");
    assertThat(answer("query?query=up")).contains("'result':[]", "no metric matches", CALLS);
    assertThat(answer("query?query=" + encoded(BUCKET + "{le='0.3'}") + "&time=" + END))
        .contains("no bucket matches");
    assertThat(
            answer(
                "query?query="
                    + encoded("rate(" + BUCKET + "{status_code='STATUS_CODE_ERROR'}[1m])")
                    + "&time="
                    + END))
        .contains("durations are not separated by status");
    assertThat(
            answer(
                "query?query="
                    + encoded("histogram_quantile(0.9, rate(" + BUCKET + "[1m]) * 1)")
                    + "&time="
                    + END))
        .contains("interpolated between buckets");
  }

  @Test
  void shouldAnswer503WhileStoresRestore() throws Exception {
    failures.set(3);

    HttpResponse<String> response = get("/api/v1/query?query=" + CALLS);

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).contains("2");
    assertThat(JSON.readTree(response.body()).get("errorType").asText()).isEqualTo("unavailable");
  }

  @Test
  void shouldBoundTheNumberOfValues() throws Exception {
    List<String> services = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      services.add("s" + i);
      windows.put(
          WindowTier.BASE,
          SeriesId.ofOperation("default", "s" + i, "op"),
          START_MS,
          MemoryWindows.work(0, 1_000),
          0);
    }

    HttpResponse<String> response = get("/api/v1/query?query=" + CALLS + "&time=" + END);

    assertThat(services).hasSize(1_200);
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("2402 values, and 1000 are allowed");
    assertThat(answer("query?query=sum(" + CALLS + ")&time=" + END)).contains("'1202']");
  }

  /** The body with apostrophes in place of quotation marks. */
  private String answer(String path) throws Exception {
    HttpResponse<String> response = get("/api/v1/" + path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body().replace('"', '\'');
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
