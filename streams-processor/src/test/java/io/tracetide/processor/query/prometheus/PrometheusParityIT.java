package io.tracetide.processor.query.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.query.QueryServer;
import io.tracetide.processor.query.QueryViews;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.query.live.config.LiveConfig;
import io.tracetide.processor.query.peer.PeerConfig;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same counters in a real Prometheus and in windows give the same answers to the same queries,
 * or Tracetide refuses the query.
 */
class PrometheusParityIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The ends of windows, at which Prometheus has samples. */
  private static final List<Long> ALIGNED =
      List.of(
          SpanHistory.END_MS,
          SpanHistory.END_MS - 600_000,
          SpanHistory.END_MS - 610_000,
          SpanHistory.END_MS - 1_230_000);

  private static final double ROUNDING = 1e-9;

  /** Buckets of 2 % on one side, the sketch's 1 % on the other. */
  private static final double QUANTILE_ERROR = 0.035;

  @TempDir static Path directory;
  private static RealPrometheus prometheus;
  private static Listener listener;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    SpanHistory history = new SpanHistory(42);
    prometheus = RealPrometheus.start(directory, history.openMetrics());
    listener =
        Listener.start(
            ListenerConfig.onPort(0),
            new Health(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            new QueryServer(
                new QueryConfig(2, 10, 200_000, LiveConfig.defaults(), PeerConfig.defaults()),
                new QueryViews(
                    history.windows(), reader -> List.of(), reader -> List.of(), Optional.empty()),
                WindowTier.ALL,
                SloConfig.of(),
                List.of(),
                StatusRules.withWarmUp(1),
                new TraceRetention(Duration.ofMinutes(5), Duration.ofHours(24)),
                Clock.fixed(Instant.ofEpochMilli(SpanHistory.END_MS), ZoneOffset.UTC)));
  }

  @AfterAll
  static void stop() throws Exception {
    listener.close();
    prometheus.close();
  }

  static Stream<String> equal() {
    return ParityExpressions.equal();
  }

  static List<String> quantiles() {
    return ParityExpressions.quantiles();
  }

  static Stream<List<String>> refused() {
    return ParityExpressions.refused();
  }

  @ParameterizedTest
  @MethodSource("equal")
  void shouldGiveTheValuesOfPrometheus(String query) throws Exception {
    for (long timeMs : ALIGNED) {
      requireEqual(query, query, "/api/v1/query", "&time=" + timeMs / 1_000, ROUNDING);
    }
    requireEqual(query, query, "/api/v1/query_range", range(10, 60), ROUNDING);
    requireEqual(query, query, "/api/v1/query_range", range(60, 30), ROUNDING);
  }

  @ParameterizedTest
  @MethodSource("quantiles")
  void shouldGiveTheQuantilesOfFineBuckets(String query) throws Exception {
    String ofPrometheus = query.replace("traces_span_metrics_duration_seconds", "fine_seconds");
    requireEqual(
        query,
        ofPrometheus,
        "/api/v1/query",
        "&time=" + SpanHistory.END_MS / 1_000,
        QUANTILE_ERROR);
    requireEqual(query, ofPrometheus, "/api/v1/query_range", range(60, 30), QUANTILE_ERROR);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void shouldRefuseWhatItDoesNotSupport(List<String> queryAndReason) throws Exception {
    String path = "/api/v1/query?query=" + encoded(queryAndReason.get(0)) + "&time=1772366400";
    assertThat(prometheus.json(path).get("status").asText()).isEqualTo("success");

    JsonNode answer = ours(path);

    assertThat(answer.get("errorType").asText()).isEqualTo("bad_data");
    assertThat(answer.get("error").asText()).contains(queryAndReason.get(1));
  }

  /** Between the ends of windows, Prometheus extrapolates; Tracetide counts whole windows. */
  @Test
  void shouldGiveTheValuesOfTheLastEndOfAWindowInBetween() throws Exception {
    for (String query :
        List.of(
            "increase(traces_span_metrics_calls_total[10m])",
            "rate(traces_span_metrics_duration_seconds_sum[5m])",
            "sum by (service_name) (rate(traces_span_metrics_calls_total[1m]))",
            "traces_span_metrics_calls_total")) {
      String path = "/api/v1/query?query=" + encoded(query) + "&time=";
      long seconds = SpanHistory.END_MS / 1_000 - 600;

      Map<String, double[]> theirs = values(prometheus.json(path + seconds), seconds);
      Map<String, double[]> ours = values(ours(path + (seconds + 7)), seconds + 7);

      requireEqual(query, ours, theirs, ROUNDING);
    }
  }

  @Test
  void shouldBeQueriedByPromtool() throws Exception {
    String end = Long.toString(SpanHistory.END_MS / 1_000);
    String start = Long.toString(SpanHistory.END_MS / 1_000 - 60);

    assertThat(
            promtool(
                "instant",
                "--time=" + end,
                listener.url(),
                "count(traces_span_metrics_calls_total)"))
        .startsWith("{} => 10 @[" + end);
    assertThat(
            promtool(
                "range",
                "--start=" + start,
                "--end=" + end,
                "--step=10s",
                listener.url(),
                "sum by (tenant) (rate(traces_span_metrics_calls_total[1m]))"))
        .contains("{tenant=\"acme\"} =>", "{tenant=\"default\"} =>");
    assertThat(
            promtool(
                "series",
                "--match=traces_span_metrics_calls_total{service_name=\"cart\"}",
                "--start=" + start,
                "--end=" + end,
                listener.url()))
        .contains("service_name=\"cart\"", "status_code=\"STATUS_CODE_ERROR\"");
    assertThat(promtool("labels", listener.url(), "service_name", "--start=" + start))
        .contains("cart", "shop");
  }

  private static String promtool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool", "query"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private static String range(long stepSeconds, int steps) {
    long end = SpanHistory.END_MS / 1_000;
    return "&start=%d&end=%d&step=%d".formatted(end - stepSeconds * steps, end, stepSeconds);
  }

  private static void requireEqual(
      String query, String ofPrometheus, String path, String parameters, double error)
      throws Exception {
    JsonNode theirs = prometheus.json(path + "?query=" + encoded(ofPrometheus) + parameters);
    JsonNode ours = ours(path + "?query=" + encoded(query) + parameters);
    assertThat(ours.get("status").asText()).as(ours.toString()).isEqualTo("success");
    assertThat(ours.at("/data/resultType")).isEqualTo(theirs.at("/data/resultType"));
    requireEqual(query + parameters, values(ours), values(theirs), error);
  }

  private static void requireEqual(
      String query, Map<String, double[]> ours, Map<String, double[]> theirs, double error) {
    assertThat(ours.keySet()).as(query).isEqualTo(theirs.keySet());
    ours.forEach(
        (key, value) -> {
          double expected = theirs.get(key)[0];
          if (Double.isFinite(expected)) {
            assertThat(value[0])
                .as("%s %s", query, key)
                .isCloseTo(expected, within(Math.max(1e-12, Math.abs(expected) * error)));
          } else {
            assertThat(value[0]).as("%s %s", query, key).isEqualTo((Double) expected);
          }
        });
  }

  private static Map<String, double[]> values(JsonNode answer) throws Exception {
    return values(answer, 0);
  }

  /** Each value by its labels and time, from a start in seconds. */
  private static Map<String, double[]> values(JsonNode answer, long start) throws Exception {
    assertThat(answer.path("status").asText()).as(answer.toString()).isEqualTo("success");
    Map<String, double[]> values = new TreeMap<>();
    JsonNode result = answer.at("/data/result");
    if (answer.at("/data/resultType").asText().equals("scalar")) {
      put(values, "", result, start);
      return values;
    }
    for (JsonNode series : result) {
      String labels = JSON.treeToValue(series.get("metric"), TreeMap.class).toString();
      if (series.has("value")) {
        put(values, labels, series.get("value"), start);
      }
      for (JsonNode sample : series.path("values")) {
        put(values, labels, sample, start);
      }
    }
    return values;
  }

  private static void put(
      Map<String, double[]> values, String labels, JsonNode sample, long start) {
    String text = sample.get(1).asText().replace("Inf", "Infinity");
    double[] before =
        values.put(
            labels + "@" + (sample.get(0).asDouble() - start),
            new double[] {Double.parseDouble(text)});
    assertThat(before).as("one value of %s", labels).isNull();
  }

  private static JsonNode ours(String path) throws Exception {
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create(listener.url() + path)).build(),
            HttpResponse.BodyHandlers.ofString(UTF_8));
    return JSON.readTree(response.body());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
