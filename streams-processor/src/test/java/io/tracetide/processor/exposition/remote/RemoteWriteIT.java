package io.tracetide.processor.exposition.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.exposition.KnownTotals;
import io.tracetide.processor.exposition.remote.RemoteWriteConfig.Protocol;
import io.tracetide.processor.query.prometheus.RealPrometheus;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.config.Secret;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus receives the samples. */
class RemoteWriteIT {
  private static final String DURATION = "traces_span_metrics_duration_seconds";
  private static final String PATH = "/api/v1/write";

  @TempDir static Path directory;
  private static final KnownTotals TOTALS = new KnownTotals();
  private static RealPrometheus prometheus;

  @BeforeAll
  static void start() throws Exception {
    TOTALS.count("acme", "shop", "GET /cart", 4_000, System.currentTimeMillis());
    TOTALS.count("beta", "shop", "GET /cart", 12, System.currentTimeMillis());
    prometheus =
        RealPrometheus.start(
            directory,
            "global: {}\n",
            "--web.enable-remote-write-receiver",
            "--enable-feature=native-histograms,exemplar-storage");
  }

  @AfterAll
  static void stop() throws Exception {
    prometheus.close();
  }

  @Test
  void shouldReceiveEqualValues() throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (RemoteWriter writer = write(false, meters)) {
      awaitValue("sum(traces_span_metrics_calls_total{tenant=\"acme\"})", 4_000);
      awaitValue(DURATION + "_count{tenant=\"beta\"}", 12);
      awaitValue(
          DURATION + "_sum{tenant=\"acme\"}",
          TOTALS.counted("acme", "shop", "GET /cart").sum() / 1e6);
      awaitValue("count(" + DURATION + "_bucket{tenant=\"acme\"})", 24);
      awaitValue("sum without (partition) (tracetide_traces_in_flight)", 12);

      TOTALS.count("beta", "shop", "GET /cart", 8, System.currentTimeMillis());

      awaitValue(DURATION + "_bucket{tenant=\"beta\",le=\"+Inf\"}", 20);
    }
    assertThat(meters.get("tracetide.processor.remote.write.samples.sent").counter().count())
        .isGreaterThan(100);
    assertThat(
            meters.find("tracetide.processor.remote.write.samples.lost").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum())
        .isZero();
    long end = System.currentTimeMillis() / 1_000 + 60;
    assertThat(
            prometheus
                .json(
                    "/api/v1/query_exemplars?query=%s&start=%d&end=%d"
                        .formatted(
                            URLEncoder.encode(DURATION + "_bucket{tenant=\"acme\"}", UTF_8),
                            end - 600,
                            end))
                .at("/data/0/exemplars/0/labels/trace_id")
                .asText())
        .hasSize(32);
  }

  @Test
  void shouldReceiveNativeHistograms() {
    try (RemoteWriter writer = write(true, new SimpleMeterRegistry())) {
      awaitValue("histogram_count(" + DURATION + "{tenant=\"acme\"})", 4_000);
      double ours = TOTALS.counted("acme", "shop", "GET /cart").quantile(0.95) / 1e6;
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(value("histogram_quantile(0.95, " + DURATION + "{tenant=\"acme\"})"))
                      .isCloseTo(ours, within(ours * 0.011)));
    }
  }

  private static RemoteWriter write(boolean nativeHistograms, SimpleMeterRegistry meters) {
    return RemoteWriter.start(
        new RemoteWriteConfig(
            prometheus.url() + PATH,
            Protocol.V1,
            Duration.ofSeconds(1),
            nativeHistograms,
            "",
            Secret.NONE,
            "",
            Secret.NONE,
            Duration.ofSeconds(5),
            100,
            500,
            Duration.ofMinutes(1)),
        () -> TOTALS.metrics().collect(Tenants.ALL),
        new RemoteWriteMetrics(meters),
        Clock.systemUTC());
  }

  private static void awaitValue(String query, double expected) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(value(query)).as(query).isCloseTo(expected, within(1e-6)));
  }

  private static double value(String query) throws Exception {
    JsonNode result =
        prometheus
            .json("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8))
            .at("/data/result");
    return result.size() == 1 ? result.get(0).at("/value/1").asDouble() : Double.NaN;
  }
}
