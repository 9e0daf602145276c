package io.tracetide.processor.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.query.prometheus.RealPrometheus;
import io.tracetide.processor.query.promql.ClassicBuckets;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers of Prometheus scrape the metrics of services: as text, and as protobuf. */
class ScrapeIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String SHOP =
      "{tenant=\"acme\",service_name=\"shop\",span_name=\"GET /cart\"}";
  private static final String DURATION = "traces_span_metrics_duration_seconds";

  @TempDir static Path directory;
  private static final KnownTotals TOTALS = new KnownTotals();
  private static Listener listener;
  private static RealPrometheus classic;
  private static RealPrometheus sparse;

  @BeforeAll
  static void start() throws Exception {
    long now = System.currentTimeMillis();
    TOTALS.count("acme", "shop", "GET /cart", 4_000, now - 20_000);
    TOTALS.count("acme", "shop", "POST /order", 11, now - 20_000);
    TOTALS.count("acme", "__other__", "__other__", 3, now - 20_000);
    listener = listen(TOTALS);
    classic = scrape("classic", "--enable-feature=exemplar-storage");
    sparse = scrape("native", "--enable-feature=native-histograms,exemplar-storage");
  }

  private static Listener listen(KnownTotals totals) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return Listener.start(
        ListenerConfig.onPort(0),
        new Health(),
        meters,
        new MetricsRoute(totals.metrics(), new ExpositionMetrics(meters)));
  }

  private static RealPrometheus scrape(String name, String features) throws Exception {
    return RealPrometheus.start(
        Files.createDirectory(directory.resolve(name)),
        """
        global: { scrape_interval: 1s }
        scrape_configs:
          - job_name: services
            metrics_path: %s
            static_configs: [ { targets: [ "%s" ] } ]
        """
            .formatted(MetricsRoute.PATH, listener.url().substring("http://".length())),
        features);
  }

  @AfterAll
  static void stop() throws Exception {
    classic.close();
    sparse.close();
    listener.close();
  }

  @Test
  void shouldBeCleanForPromtool() throws Exception {
    String text = text("text/plain");

    Process process =
        new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    process.getOutputStream().write(text.getBytes(UTF_8));
    process.getOutputStream().close();
    String findings = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(findings).isEmpty();
    assertThat(process.waitFor()).isZero();
    assertThat(text)
        .contains("# TYPE traces_span_metrics_calls_total counter")
        .contains("# TYPE traces_span_metrics_duration_seconds histogram");
  }

  @Test
  void shouldHaveTheCounts() {
    assertThat(value(classic, "sum(traces_span_metrics_calls_total" + SHOP + ")")).isEqualTo(4_000);
    assertThat(
            value(
                classic,
                "sum(traces_span_metrics_calls_total{span_name=\"GET /cart\","
                    + "status_code=\"STATUS_CODE_ERROR\"})"))
        .isEqualTo(200);
    assertThat(value(classic, DURATION + "_count" + SHOP)).isEqualTo(4_000);
    assertThat(value(classic, DURATION + "_sum" + SHOP))
        .isCloseTo(TOTALS.counted("acme", "shop", "GET /cart").sum() / 1e6, within(1e-6));
    assertThat(
            value(
                classic,
                "sum(traces_span_metrics_calls_total{otel_metric_overflow=\"true\","
                    + "partition=\"2\"})"))
        .isEqualTo(3);
    assertThat(value(classic, "sum without (partition) (tracetide_traces_in_flight)"))
        .isEqualTo(12);
    assertThat(value(classic, "sum without (partition) (tracetide_traces_stuck)")).isEqualTo(2);
    assertThat(value(classic, "sum(tracetide_anomalies_open{severity=\"high\"})")).isEqualTo(2);
    assertThat(value(classic, "tracetide_input_lag_records{topic=\"traces\"}")).isEqualTo(12);
    assertThat(value(classic, "time() - min(tracetide_windows_closed_timestamp_seconds)"))
        .isBetween(10.0, 200.0);
  }

  /** Prometheus interpolates within the bucket that contains the quantile. */
  @Test
  void shouldHaveQuantilesInTheSameClassicBucket() {
    double ours = TOTALS.counted("acme", "shop", "GET /cart").quantile(0.95) / 1e6;
    double theirs = value(classic, "histogram_quantile(0.95, " + DURATION + "_bucket" + SHOP + ")");

    double[] bounds = ClassicBuckets.upperBounds();
    int at = -1 - Arrays.binarySearch(bounds, ours);
    assertThat(theirs).isBetween(bounds[at - 1], bounds[at]);
  }

  @Test
  void shouldHaveQuantilesOfNativeHistogramsWithinAPercent() {
    for (double quantile : List.of(0.5, 0.9, 0.95, 0.99)) {
      double ours = TOTALS.counted("acme", "shop", "GET /cart").quantile(quantile) / 1e6;

      double theirs =
          value(sparse, "histogram_quantile(%s, %s%s)".formatted(quantile, DURATION, SHOP));

      System.out.printf("p%s native/ours = %.5f%n", 100 * quantile, theirs / ours);
      assertThat(theirs).isCloseTo(ours, within(ours * 0.011));
    }
    assertThat(value(sparse, "histogram_count(" + DURATION + SHOP + ")")).isEqualTo(4_000);
  }

  @Test
  void shouldStoreExemplars() {
    JsonNode ofDurations = exemplars(DURATION + "_bucket" + SHOP);
    assertThat(ofDurations.at("/labels/trace_id").asText()).hasSize(32);
    assertThat(ofDurations.get("value").asDouble())
        .isCloseTo(TOTALS.counted("acme", "shop", "GET /cart").max() / 1e6, within(1e-9));
    assertThat(
            exemplars(
                    "traces_span_metrics_calls_total{span_name=\"GET /cart\","
                        + "status_code=\"STATUS_CODE_ERROR\"}")
                .at("/labels/trace_id")
                .asText())
        .startsWith(KnownTotals.TRACE.substring(8));
  }

  @Test
  void shouldIncreaseExactlyByWhatIsCounted() {
    String counter = "sum(traces_span_metrics_calls_total{span_name=\"POST /order\"})";
    double before = value(classic, counter);

    TOTALS.count("acme", "shop", "POST /order", 17, System.currentTimeMillis());

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(query(classic, counter)).isEqualTo(before + 17));
  }

  /** A thousand series, as text and as protobuf: measured, and bounded loosely. */
  @Test
  void shouldAnswerAThousandSeriesInTime() throws Exception {
    KnownTotals many = new KnownTotals();
    for (int i = 0; i < 1_000; i++) {
      many.count("acme", "service-" + i % 50, "GET /" + i, 300, System.currentTimeMillis());
    }
    try (Listener large = listen(many)) {
      for (String accept :
          List.of(
              "text/plain",
              "application/openmetrics-text; version=1.0.0",
              "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
                  + " encoding=delimited")) {
        get(large, accept);
        get(large, accept);
        long begun = System.nanoTime();
        HttpResponse<byte[]> response = get(large, accept);
        double millis = (System.nanoTime() - begun) / 1e6;
        byte[] body = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
        System.out.printf(
            "1,000 series, %s: %.0f ms, %,d bytes, gzip %,d%n",
            response.headers().firstValue("content-type").orElse(""),
            millis,
            body.length,
            response.body().length);
        assertThat(response.body()).hasSizeLessThan(2_000_000);
        assertThat(millis).isLessThan(10_000);
      }
    }
  }

  private static JsonNode exemplars(String selector) {
    long end = System.currentTimeMillis() / 1_000 + 60;
    String path =
        "/api/v1/query_exemplars?query=%s&start=%d&end=%d"
            .formatted(URLEncoder.encode(selector, UTF_8), end - 600, end);
    JsonNode[] found = new JsonNode[1];
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              JsonNode data = classic.json(path).get("data");
              assertThat(data).isNotEmpty();
              found[0] = data.get(0).at("/exemplars/0");
            });
    return found[0];
  }

  /** The only value of a query, once there is one. */
  private static double value(RealPrometheus prometheus, String query) {
    double[] value = {Double.NaN};
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              value[0] = query(prometheus, query);
              assertThat(value[0]).as(query).isNotNaN();
            });
    return value[0];
  }

  private static double query(RealPrometheus prometheus, String query) throws Exception {
    JsonNode result =
        prometheus
            .json("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
            .at("/data/result");
    return result.size() == 1 ? result.get(0).at("/value/1").asDouble() : Double.NaN;
  }

  private static String text(String accept) throws Exception {
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(get(listener, accept).body())).readAllBytes(),
        UTF_8);
  }

  private static HttpResponse<byte[]> get(Listener from, String accept) throws Exception {
    HttpResponse<byte[]> response =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create(from.url() + MetricsRoute.PATH))
                .header("Accept", accept)
                .header("Accept-Encoding", "gzip")
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
    return response;
  }
}
