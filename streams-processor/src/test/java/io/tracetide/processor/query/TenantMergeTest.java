package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.MetricValue;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.window.Analytics;
import io.tracetide.processor.query.window.AnalyticsAnswer;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricSeries;
import io.tracetide.processor.query.window.AnalyticsAnswer.Point;
import io.tracetide.processor.query.window.AnalyticsAnswer.Series;
import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code services=*}: all services of a tenant as one. */
class TenantMergeTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final long START_MS = START.toEpochMilli();

  private final MemoryWindows windows = new MemoryWindows();

  @Test
  void shouldMergeTheSketchesOfAllServices() {
    Random random = new Random(5);
    WindowStats all = new WindowStats();
    for (int service = 0; service < 20; service++) {
      WindowStats stats = new WindowStats();
      for (int i = 0; i < 200; i++) {
        double micros = 1 + Math.exp(random.nextGaussian() * 2 + service / 3.0);
        stats.record(micros, 1, i % 50 == 0);
        all.record(micros, 1, i % 50 == 0);
      }
      windows.put(WindowTier.BASE, operation("acme", "s" + service), START_MS, stats, 0);
    }
    windows.closedUpTo(START_MS + 10_000);

    AnalyticsAnswer answer = answer(Map.of("services", List.of("*")));

    assertThat(answer.series()).hasSize(1);
    Series series = answer.series().get(0);
    assertThat(series.tenant()).isEqualTo("acme");
    assertThat(series.service()).isEqualTo("*");
    assertThat(series.operation()).isEqualTo("*");
    Point point = series.points().get(0);
    assertThat(point.count()).isEqualTo(4_000);
    assertThat(point.errors()).isEqualTo(80);
    assertThat(point.p50Ms()).isEqualTo(MetricValue.estimatedMillis(all.quantile(0.50)));
    assertThat(point.p99Ms()).isEqualTo(MetricValue.estimatedMillis(all.quantile(0.99)));
    assertThat(point.maxMs()).isEqualTo(MetricValue.exactMillis(all.max()));
    assertThat(point.closed()).isTrue();
  }

  @Test
  void shouldKeepTenantsApart() {
    put("acme", "shop", 1_000);
    put("acme", "cart", 1_000, 2_000);
    put("umbrella", "shop", 1_000);

    assertThat(answer(Map.of("services", List.of("*"))).series())
        .extracting(Series::tenant, series -> series.points().get(0).count())
        .containsExactly(tuple("acme", 3L), tuple("umbrella", 1L));
    assertThat(answer(Map.of("services", List.of("*"), "tenant", List.of("umbrella"))).series())
        .extracting(Series::tenant)
        .containsExactly("umbrella");
  }

  @Test
  void shouldAnswerForNamedServicesBesideTheMerge() {
    put("acme", "shop", 1_000);
    put("acme", "cart", 1_000);

    assertThat(answer(Map.of("services", List.of("*,shop"), "operations", List.of("*"))).series())
        .extracting(Series::service)
        .containsExactly("*", "shop");
  }

  @Test
  void shouldCountAServiceNamedLikeTheMergeInTheMergeAlone() {
    put("acme", "shop", 1_000);
    put("acme", "*", 1_000);

    List<Series> series = answer(Map.of("services", List.of("*"))).series();

    assertThat(series).hasSize(1);
    assertThat(series.get(0).points().get(0).count()).isEqualTo(2);
  }

  @Test
  void shouldMergeMetrics() {
    for (String service : List.of("shop", "cart")) {
      windows.put(
          WindowTier.BASE,
          SeriesId.ofMetric("acme", service, SeriesId.CPU_USAGE_PERCENT),
          START_MS,
          MemoryWindows.work(0, 10, 30),
          0);
    }

    List<MetricSeries> metrics =
        answer(Map.of("services", List.of("*"), "metrics", List.of("cpu"))).metricSeries();

    assertThat(metrics).extracting(MetricSeries::service).containsExactly("*");
    assertThat(metrics.get(0).points().get(0).count()).isEqualTo(4);
  }

  @Test
  void shouldNotCallAMergeFinalThatLacksAHost() {
    put("acme", "shop", 1_000);
    windows.closedUpTo(START_MS + 10_000).missing("10.0.0.2:8080");

    AnalyticsAnswer answer = answer(Map.of("services", List.of("*,shop")));

    assertThat(answer.series().get(0).points().get(0).closed()).isFalse();
    assertThat(answer.series().get(1).points().get(0).closed()).isTrue();
  }

  @Test
  void shouldRejectTheMergeOfSingleOperations() {
    assertThatThrownBy(() -> answer(Map.of("services", List.of("*"), "operations", List.of("pay"))))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("'services'")
        .hasMessageContaining("operations");
  }

  private void put(String tenant, String service, double... micros) {
    windows.put(
        WindowTier.BASE, operation(tenant, service), START_MS, MemoryWindows.work(0, micros), 0);
  }

  private static SeriesId operation(String tenant, String service) {
    return SeriesId.ofOperation(tenant, service, "pay");
  }

  private AnalyticsAnswer answer(Map<String, List<String>> given) {
    Map<String, List<String>> raw = new HashMap<>(given);
    raw.put("from", List.of(START.toString()));
    raw.put("to", List.of(START.plusSeconds(60).toString()));
    raw.put("granularity", List.of("10s"));
    Parameters parameters = Parameters.of(raw, AnalyticsQuery.PARAMETERS, Tenants.ALL);
    return new Analytics(windows, 1_000, Clock.systemUTC())
        .answer(
            AnalyticsQuery.parse(parameters, START.plusSeconds(60), WindowTier.ALL),
            CancellationCheck.endless());
  }
}
