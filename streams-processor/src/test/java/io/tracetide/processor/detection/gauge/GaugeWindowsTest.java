package io.tracetide.processor.detection.gauge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.ValueKind;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.ConfidenceBasis;
import io.tracetide.schemas.Detector;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GaugeWindowsTest {

  private static final long START_MS = 1_700_006_400_000L;
  private static final int WINDOWS = 900;
  private static final int FAULT = 700;
  private static final SeriesId CPU = metric("cpu_usage_percent");
  private static final SeriesId ORDERS = metric("orders_total");
  private static final SeriesId WAITS = metric("approval_wait_ms");

  private GaugesConfig config = GaugesConfig.defaults();

  @Test
  void shouldFindAndExplainAGaugeThatRises() {
    List<Finding> found = run(Map.of(CPU, this::cpu), ValueKind.GAUGE, Set.of()).findings();

    Finding opened = found.get(0);
    assertThat(opened.change()).isInstanceOf(Change.Opened.class);
    assertThat(opened.endMs()).isEqualTo(endMs(FAULT + 1));
    assertThat(opened.detector()).isEqualTo(Detector.ISOLATION_FOREST);
    assertThat(opened.change().episode().kind()).isEqualTo(AnomalyKind.RESOURCE);
    assertThat(opened.change().episode().confidence()).isBetween(0.8, 1.0);
    assertThat(opened.basis()).isEqualTo(ConfidenceBasis.RANK);
    assertThat(opened.engine()).isEqualTo("gauge");
    assertThat(opened.metric()).isEqualTo("cpu_usage_percent");
    assertThat(opened.observed().get("cpu_usage_percent"))
        .isGreaterThan(opened.expected().get("cpu_usage_percent_high"));
    assertThat(opened.expected().get("cpu_usage_percent")).isCloseTo(40, within(3.0));
    assertThat(sum(opened.contributions())).isCloseTo(1, within(1e-9));
    assertThat(opened.summary())
        .matches(
            "cpu_usage_percent of checkout rose to 9\\d(\\.\\d)? %,"
                + " expected about \\S+ % \\(\\S+ % to \\S+ %\\)");
    Finding last = found.get(found.size() - 1);
    assertThat(last.change()).isInstanceOf(Change.Resolved.class);
    assertThat(last.anomalyId()).isEqualTo(opened.anomalyId());
    assertThat(last.summary()).contains("peaked at", "is back to", "after 2");
    assertThat(found)
        .allSatisfy(f -> assertThat(sum(f.contributions())).isCloseTo(1, within(1e-9)));
  }

  @Test
  void shouldFindTheSameWhereverItIsRestored() {
    Map<SeriesId, IntToDoubleFunction> values =
        Map.of(CPU, this::cpu, metric("memory_usage_mb"), w -> 500 + 10 * gaussian(w, 5));
    List<Finding> uninterrupted = run(values, ValueKind.GAUGE, Set.of()).findings();

    assertThat(uninterrupted).isNotEmpty();
    Set<Integer> restores =
        Set.of(1, 59, 60, 61, 130, 400, FAULT, FAULT + 1, FAULT + 2, FAULT + 20, FAULT + 22, 800);
    assertThat(run(values, ValueKind.GAUGE, restores).findings()).isEqualTo(uninterrupted);
  }

  @Test
  void shouldJudgeCountersByTheirRate() {
    List<Finding> found =
        run(
                Map.of(ORDERS, w -> isFault(w) ? 60 : 600 + 20 * gaussian(w, 2)),
                ValueKind.COUNTER,
                Set.of())
            .findings();

    Finding opened = found.get(0);
    assertThat(opened.observed()).containsEntry("orders_total_per_sec", 1.0);
    assertThat(opened.expected().get("orders_total_per_sec")).isCloseTo(10, within(0.5));
    assertThat(opened.summary())
        .startsWith("orders_total of checkout fell to 1/s, expected about ");
  }

  @Test
  void shouldNotJudgeDistributionsNorValuesOfAnUnknownKind() {
    MemoryOutput distributions =
        run(Map.of(WAITS, w -> isFault(w) ? 9_000 : 100), ValueKind.DISTRIBUTION, Set.of());
    assertThat(distributions.findings()).isEmpty();
    assertThat(distributions.states()).isEmpty();
    assertThat(run(Map.of(CPU, this::cpu), null, Set.of()).findings()).isEmpty();
  }

  @Test
  void shouldNotTakeAGaugeWithoutValuesForAnAnomaly() {
    IntToDoubleFunction stops = w -> w < 400 ? cpu(w) : Double.NaN;

    assertThat(run(Map.of(CPU, stops), ValueKind.GAUGE, Set.of()).findings()).isEmpty();
  }

  @Test
  void shouldEndAnAnomalyOfAGaugeThatReportsNoMoreValues() {
    IntToDoubleFunction stops = w -> w < FAULT + 5 ? cpu(w) : Double.NaN;
    List<Finding> found = run(Map.of(CPU, stops), ValueKind.GAUGE, Set.of()).findings();

    assertThat(found).hasSize(2);
    assertThat(found.get(1).change()).isInstanceOf(Change.Resolved.class);
    assertThat(found.get(1).summary()).contains("has had no values for 10 min");
  }

  @Test
  void shouldFindALargeStepWhileItWarmsUp() {
    List<Finding> found =
        run(Map.of(CPU, w -> w < 30 ? 40 + gaussian(w, 3) : 95), ValueKind.GAUGE, Set.of())
            .findings();

    assertThat(found.get(0).endMs()).isEqualTo(endMs(31));
    assertThat(found.get(0).contributions()).containsOnlyKeys("level");
  }

  @Test
  void shouldWatchAtMostMaxSeries() {
    config = config.withMaxSeries(1);
    GaugeWindows detector = new GaugeWindows(config);
    TierWindow window = window(0);

    assertThat(detector.observe(CPU, window, stats(1, ValueKind.GAUGE))).isTrue();
    assertThat(detector.observe(ORDERS, window, stats(1, ValueKind.COUNTER))).isFalse();
    assertThat(detector.observe(CPU, window, stats(1, ValueKind.GAUGE))).isTrue();
  }

  @Test
  void shouldIgnoreConfiguredMetrics() {
    GaugeWindows detector = new GaugeWindows(new GaugesConfig(10, 4.2, 4, 1, List.of("jvm.gc.*")));

    assertThat(detector.watches(metric("jvm.gc.pause"), WindowTier.MINUTE)).isFalse();
    assertThat(detector.watches(CPU, WindowTier.MINUTE)).isTrue();
    assertThat(detector.watches(CPU, WindowTier.BASE)).isFalse();
    assertThat(
            detector.watches(
                SeriesId.ofOperation("acme", "checkout", "POST /pay"), WindowTier.MINUTE))
        .isFalse();
  }

  @Test
  void shouldResolveItsAnomaliesAndDeleteItsStateWhenItIsSwitchedOff() {
    MemoryOutput output = run(Map.of(CPU, this::cpu), ValueKind.GAUGE, Set.of(), FAULT + 5);
    assertThat(output.findings()).hasSize(1);

    GaugeWindows off = output.restored(new GaugeWindows(config.withMaxSeries(0)));
    off.complete(new TierWindow(WindowTier.BASE, endMs(FAULT + 6)), RecentWindows.NONE, output);

    assertThat(output.findings()).hasSize(2);
    assertThat(output.findings().get(1).summary()).contains("switched off");
    assertThat(output.findings().get(1).anomalyId())
        .isEqualTo(output.findings().get(0).anomalyId());
    assertThat(output.states()).isEmpty();
    assertThat(output.episodes()).isEmpty();
  }

  /** Noise of several shapes for two days: a bound of false anomalies, not only their absence. */
  @Test
  void shouldFindFewAnomaliesInNoise() {
    List<IntToDoubleFunction> shapes =
        List.of(
            w -> 50 + 5 * gaussian(w, 11),
            w -> 50 + 20 * Math.sin(w * 2 * Math.PI / 1_440) + 2 * gaussian(w, 12),
            w -> 200 + 10 * (w % 17) + gaussian(w, 13),
            w -> Math.exp(1 + 0.5 * gaussian(w, 14)),
            w -> w % 60 == 7 ? 80 : 20 + gaussian(w, 15),
            w -> 5);
    Map<SeriesId, IntToDoubleFunction> series =
        new TreeMap<>(Comparator.comparing(SeriesId::metric));
    for (int i = 0; i < 12; i++) {
      IntToDoubleFunction shape = shapes.get(i % shapes.size());
      int shift = 100_000 * i;
      boolean daily = i % shapes.size() == 1;
      series.put(metric("noise_" + i), w -> shape.applyAsDouble(daily ? w : w + shift));
    }
    MemoryOutput output = run(series, ValueKind.GAUGE, Set.of(), 2_880);
    long opened =
        output.findings().stream().filter(f -> f.change() instanceof Change.Opened).count();
    assertThat(opened).isLessThanOrEqualTo(2);
  }

  private double cpu(int w) {
    return isFault(w) ? 92 + gaussian(w, 1) : 40 + 2 * gaussian(w, 1);
  }

  private static boolean isFault(int w) {
    return w >= FAULT && w < FAULT + 20;
  }

  private static double gaussian(int w, int seed) {
    return new Random(31L * w + seed * 7_919L).nextGaussian();
  }

  private MemoryOutput run(
      Map<SeriesId, IntToDoubleFunction> series, @Nullable ValueKind kind, Set<Integer> restores) {
    return run(series, kind, restores, WINDOWS);
  }

  private MemoryOutput run(
      Map<SeriesId, IntToDoubleFunction> series,
      @Nullable ValueKind kind,
      Set<Integer> restores,
      int windows) {
    MemoryOutput output = new MemoryOutput();
    GaugeWindows detector = new GaugeWindows(config);
    for (int w = 0; w < windows; w++) {
      if (restores.contains(w)) {
        detector = output.restored(new GaugeWindows(config));
      }
      TierWindow window = window(w);
      for (Map.Entry<SeriesId, IntToDoubleFunction> one : series.entrySet()) {
        double value = one.getValue().applyAsDouble(w);
        if (!Double.isNaN(value)) {
          detector.observe(one.getKey(), window, stats(value, kind));
        }
      }
      detector.complete(window, RecentWindows.NONE, output);
    }
    return output;
  }

  private static WindowStats stats(double value, @Nullable ValueKind kind) {
    WindowStats stats = new WindowStats();
    byte[] none = "".getBytes(StandardCharsets.UTF_8);
    stats.unit(none, 0, 0);
    if (kind != null) {
      stats.kind(kind);
    }
    stats.record(value, 1, false);
    return stats;
  }

  private static TierWindow window(int w) {
    return new TierWindow(WindowTier.MINUTE, START_MS + w * 60_000L);
  }

  private static long endMs(int w) {
    return window(w).endMs();
  }

  private static double sum(Map<String, Double> shares) {
    return shares.values().stream().mapToDouble(d -> d).sum();
  }

  private static SeriesId metric(String name) {
    return SeriesId.ofMetric("acme", "checkout", name);
  }
}
