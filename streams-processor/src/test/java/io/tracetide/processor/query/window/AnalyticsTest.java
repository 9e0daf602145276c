package io.tracetide.processor.query.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Selection;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.window.AnalyticsAnswer.Point;
import io.tracetide.processor.query.window.AnalyticsAnswer.Series;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AnalyticsTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final long START_MS = START.toEpochMilli();
  private static final SeriesId PAY = SeriesId.ofOperation("default", "shop", "pay");
  private static final SeriesId SHIP = SeriesId.ofOperation("default", "shop", "ship");

  private final MemoryWindows windows = new MemoryWindows();

  @Test
  void shouldGiveEachOperationAndTheMergeOfAll() {
    windows
        .put(WindowTier.BASE, PAY, START_MS, MemoryWindows.work(1, 1_000, 2_000), 0)
        .put(WindowTier.BASE, SHIP, START_MS, MemoryWindows.work(0, 4_000, 8_000), 2)
        .closedUpTo(START_MS + 10_000);

    AnalyticsAnswer answer = answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10));

    assertThat(answer.series()).extracting(Series::operation).containsExactly("*", "pay", "ship");
    Point all = answer.series().get(0).points().get(0);
    assertThat(all.count()).isEqualTo(4);
    assertThat(all.errors()).isEqualTo(1);
    assertThat(all.throughputPerSec()).isEqualTo(0.4);
    assertThat(all.errorRatePercent()).isEqualTo(25.0);
    assertThat(all.minMs()).isEqualTo(1.0);
    assertThat(all.meanMs()).isEqualTo(3.75);
    assertThat(all.maxMs()).isEqualTo(8.0);
    assertThat(all.p50Ms()).isCloseTo(2.0, within(0.02));
    assertThat(all.p99Ms()).isCloseTo(4.0, within(0.04));
    assertThat(all.closed()).isTrue();
    assertThat(all.revision()).isEqualTo(2);
  }

  @Test
  void shouldMergeWindowsToTheRequestedWidth() {
    for (int i = 0; i < 12; i++) {
      windows.put(
          WindowTier.BASE,
          PAY,
          START_MS + i * 10_000L,
          MemoryWindows.work(0, 1_000),
          i == 3 ? 1 : 0);
    }
    windows.closedUpTo(START_MS + 70_000);

    AnalyticsAnswer answer = answer(minutes(2), WindowTier.BASE, Duration.ofSeconds(30));

    Series pay = answer.series().get(1);
    assertThat(pay.points()).extracting(Point::count).containsExactly(3L, 3L, 3L, 3L);
    assertThat(pay.points()).extracting(Point::closed).containsExactly(true, true, false, false);
    assertThat(pay.points()).extracting(Point::revision).containsExactly(0, 1, 0, 0);
    assertThat(pay.points().get(1).start()).isEqualTo(START.plusSeconds(30));
    assertThat(pay.points().get(1).end()).isEqualTo(START.plusSeconds(60));
  }

  @Test
  void shouldHoldWindowsThatStartInTheRange() {
    windows
        .put(WindowTier.BASE, PAY, START_MS - 10_000, MemoryWindows.work(0, 1), 0)
        .put(WindowTier.BASE, PAY, START_MS, MemoryWindows.work(0, 1), 0)
        .put(WindowTier.BASE, PAY, START_MS + 50_000, MemoryWindows.work(0, 1), 0)
        .put(WindowTier.BASE, PAY, START_MS + 60_000, MemoryWindows.work(0, 1), 0);

    Series exact = answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10)).series().get(1);
    TimeRange shifted = new TimeRange(START.minusMillis(9_999), START.plusMillis(50_001));
    Series between = answer(shifted, WindowTier.BASE, Duration.ofSeconds(10)).series().get(1);

    assertThat(exact.points())
        .extracting(Point::start)
        .containsExactly(START, START.plusSeconds(50));
    assertThat(between.points())
        .extracting(Point::start)
        .containsExactly(START, START.plusSeconds(50));
  }

  @Test
  void shouldOmitWindowsWithoutSpans() {
    windows.put(WindowTier.BASE, PAY, START_MS + 30_000, MemoryWindows.work(0, 1_000), 0);

    assertThat(answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10)).series().get(1).points())
        .hasSize(1);
    assertThat(
            answer(
                    new TimeRange(START.minusSeconds(60), START),
                    WindowTier.BASE,
                    Duration.ofSeconds(10))
                .series())
        .isEmpty();
  }

  @Test
  void shouldHaveNoLatencyForSpansWithoutDurations() {
    WindowStats stats = new WindowStats();
    stats.count(1, false);
    windows.put(WindowTier.BASE, PAY, START_MS, stats, 0);

    Point point =
        answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10)).series().get(1).points().get(0);

    assertThat(point.count()).isEqualTo(1);
    assertThat(point.minMs()).isNull();
    assertThat(point.meanMs()).isNull();
    assertThat(point.p95Ms()).isNull();
  }

  @Test
  void shouldCountRawAndRateByWeight() {
    WindowStats stats = new WindowStats();
    stats.record(1_000, 10, true);
    stats.record(1_000, 30, false);
    windows.put(WindowTier.BASE, PAY, START_MS, stats, 0);

    Point point =
        answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10)).series().get(1).points().get(0);

    assertThat(point.count()).isEqualTo(2);
    assertThat(point.weightedCount()).isEqualTo(40.0);
    assertThat(point.throughputPerSec()).isEqualTo(4.0);
    assertThat(point.errorRatePercent()).isEqualTo(25.0);
  }

  @Test
  void shouldAnswerNamedOperationsOnly() {
    windows
        .put(WindowTier.BASE, PAY, START_MS, MemoryWindows.work(0, 1_000), 0)
        .put(WindowTier.BASE, SHIP, START_MS, MemoryWindows.work(0, 1_000), 0);

    assertThat(operations(Set.of("ship"))).containsExactly("ship");
    assertThat(operations(Set.of("*"))).containsExactly("*");
    assertThat(operations(Set.of("*", "pay"))).containsExactly("*", "pay");
  }

  @Test
  void shouldNotTakeAnOperationNamedStarForTheMerge() {
    SeriesId star = SeriesId.ofOperation("default", "shop", "*");
    windows
        .put(WindowTier.BASE, star, START_MS, MemoryWindows.work(0, 1_000), 0)
        .put(WindowTier.BASE, PAY, START_MS, MemoryWindows.work(0, 1_000), 0);

    AnalyticsAnswer answer = answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10));

    assertThat(answer.series()).extracting(Series::operation).containsExactly("*", "pay");
    assertThat(answer.series().get(0).points()).extracting(Point::count).containsExactly(2L);
  }

  @Test
  void shouldGiveMetricsWhenTheyAreNamed() {
    SeriesId cpu = SeriesId.ofMetric("default", "shop", SeriesId.CPU_USAGE_PERCENT);
    windows
        .put(WindowTier.BASE, cpu, START_MS, MemoryWindows.work(0, 20, 40), 0)
        .put(WindowTier.BASE, PAY, START_MS, MemoryWindows.work(0, 1_000), 0);
    AnalyticsQuery query =
        new AnalyticsQuery(
            minutes(1),
            new Granularity(Duration.ofSeconds(10), WindowTier.BASE),
            Tenants.ALL,
            Selection.NOTHING,
            Selection.NOTHING,
            false,
            Set.of(SeriesId.CPU_USAGE_PERCENT),
            Set.of(),
            Map.of(),
            Extras.NONE);

    AnalyticsAnswer answer =
        new Analytics(windows, 100, Clock.systemUTC()).answer(query, CancellationCheck.endless());

    assertThat(answer.series()).isEmpty();
    assertThat(answer.metricSeries()).hasSize(1);
    assertThat(answer.metricSeries().get(0).points().get(0).mean()).isEqualTo(30.0);
    assertThat(answer.metricSeries().get(0).points().get(0).max()).isEqualTo(40.0);
    assertThat(answer.metricSeries().get(0).unit()).isEqualTo("%");
  }

  @Test
  void shouldSeparatePartsOfAMetricThatAddUpToTheWhole() {
    SeriesId used = SeriesId.ofMetric("default", "shop", "used");
    put(used, 100, 200, 300, 400, 5);
    put(used.with(Map.of("type", "heap", "pool", "eden")), 100);
    put(used.with(Map.of("type", "heap", "pool", "old")), 200);
    put(used.with(Map.of("type", "nonheap", "pool", "code")), 300);
    put(used.with(Map.of(SeriesId.OTHER, SeriesId.OTHER)), 400);

    assertThat(parts(Set.of(), Map.of())).containsExactly("{} n=5 sum=1005.0 p50=200.0");
    assertThat(parts(Set.of("type"), Map.of()))
        .containsExactlyInAnyOrder(
            "{type=heap} n=2 sum=300.0 p50=100.0",
            "{type=nonheap} n=1 sum=300.0 p50=300.0",
            "{type=__other__} n=1 sum=400.0 p50=400.0",
            "{} n=1 sum=5.0 p50=null");
    assertThat(parts(Set.of("pool"), Map.of("type", Set.of("heap"))))
        .containsExactlyInAnyOrder(
            "{pool=eden, type=heap} n=1 sum=100.0 p50=100.0",
            "{pool=old, type=heap} n=1 sum=200.0 p50=200.0");
    assertThat(parts(Set.of(), Map.of("type", Set.of("nonheap", "none"))))
        .containsExactly("{type=nonheap} n=1 sum=300.0 p50=300.0");
    assertThat(parts(Set.of("*"), Map.of())).hasSize(5);
    assertThat(parts(Set.of("unheard"), Map.of()))
        .containsExactlyInAnyOrder(
            "{} n=4 sum=605.0 p50=null", "{unheard=__other__} n=1 sum=400.0 p50=400.0");
  }

  private void put(SeriesId series, double... values) {
    windows.put(WindowTier.BASE, series, START_MS, MemoryWindows.work(0, values), 0);
  }

  private List<String> parts(Set<String> by, Map<String, Set<String>> where) {
    AnalyticsQuery query =
        new AnalyticsQuery(
            minutes(1),
            new Granularity(Duration.ofSeconds(10), WindowTier.BASE),
            Tenants.ALL,
            Selection.NOTHING,
            Selection.NOTHING,
            false,
            Set.of("used"),
            by,
            where,
            Extras.NONE);
    return new Analytics(windows, 100, Clock.systemUTC())
        .answer(query, CancellationCheck.endless()).metricSeries().stream()
            .flatMap(
                series ->
                    series.points().stream()
                        .map(
                            point ->
                                "%s n=%d sum=%s p50=%s"
                                    .formatted(
                                        series.attributes(),
                                        point.count(),
                                        point.sum(),
                                        point.p50())))
            .toList();
  }

  @Test
  void shouldPreferTheUnitOfSamplesAndReturnNoneOfTwo() {
    SeriesId bytes = SeriesId.ofMetric("default", "shop", "used");
    windows.put(WindowTier.BASE, bytes, START_MS, unit("By"), 0);
    windows.put(WindowTier.BASE, bytes, START_MS + 10_000, MemoryWindows.work(0, 1), 0);
    assertThat(unitOfUsed()).isEqualTo("By");

    windows.put(WindowTier.BASE, bytes, START_MS + 20_000, unit("KiBy"), 0);
    assertThat(unitOfUsed()).isNull();
  }

  private String unitOfUsed() {
    AnalyticsQuery query =
        new AnalyticsQuery(
            minutes(1),
            new Granularity(Duration.ofSeconds(10), WindowTier.BASE),
            Tenants.ALL,
            Selection.NOTHING,
            Selection.NOTHING,
            false,
            Set.of("used"),
            Set.of(),
            Map.of(),
            Extras.NONE);
    return new Analytics(windows, 100, Clock.systemUTC())
        .answer(query, CancellationCheck.endless())
        .metricSeries()
        .get(0)
        .unit();
  }

  private static WindowStats unit(String unit) {
    WindowStats stats = MemoryWindows.work(0, 7);
    stats.unit(unit.getBytes(StandardCharsets.UTF_8), 0, unit.length());
    return stats;
  }

  @Test
  void shouldReturnTheRateOfACounter() {
    SeriesId orders = SeriesId.ofMetric("default", "shop", "orders_total");
    for (int i = 0; i < 6; i++) {
      windows.put(WindowTier.BASE, orders, START_MS + i * 10_000L, MemoryWindows.work(0, 20, 5), 0);
    }
    AnalyticsQuery query =
        new AnalyticsQuery(
            minutes(1),
            new Granularity(Duration.ofSeconds(30), WindowTier.BASE),
            Tenants.ALL,
            Selection.NOTHING,
            Selection.NOTHING,
            false,
            Set.of("orders_total"),
            Set.of(),
            Map.of(),
            Extras.NONE);

    AnalyticsAnswer.MetricSeries series =
        new Analytics(windows, 100, Clock.systemUTC())
            .answer(query, CancellationCheck.endless())
            .metricSeries()
            .get(0);

    assertThat(series.unit()).isNull();
    assertThat(series.points())
        .hasSize(2)
        .allSatisfy(
            point -> {
              assertThat(point.sum()).isEqualTo(75.0);
              assertThat(point.ratePerSec()).isEqualTo(2.5);
            });
  }

  @Test
  void shouldNotShowMetricsUnasked() {
    SeriesId cpu = SeriesId.ofMetric("default", "shop", SeriesId.CPU_USAGE_PERCENT);
    windows.put(WindowTier.BASE, cpu, START_MS, MemoryWindows.work(0, 20), 0);

    AnalyticsAnswer answer = answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10));

    assertThat(answer.series()).isEmpty();
    assertThat(answer.metricSeries()).isEmpty();
  }

  @Test
  void shouldMergeThePartsThatPartitionsHaveOfTheServiceOfOthers() {
    SeriesId others = SeriesId.ofOperation("default", SeriesId.OTHER, SeriesId.OTHER);
    windows
        .put(WindowTier.BASE, others, START_MS, MemoryWindows.work(1, 1_000, 2_000), 0)
        .put(WindowTier.BASE, others, START_MS, MemoryWindows.work(0, 4_000), 1)
        .closedUpTo(START_MS + 10_000);

    AnalyticsAnswer answer = answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10));

    assertThat(answer.series()).extracting(Series::operation).containsExactly("*", SeriesId.OTHER);
    assertThat(answer.series())
        .allSatisfy(
            series -> {
              assertThat(series.points()).hasSize(1);
              assertThat(series.points().get(0).count()).isEqualTo(3);
              assertThat(series.points().get(0).errors()).isEqualTo(1);
              assertThat(series.points().get(0).closed()).isTrue();
            });
  }

  @Test
  void shouldKeepTenantsApart() {
    windows
        .put(
            WindowTier.BASE,
            SeriesId.ofOperation("a", "shop", "pay"),
            START_MS,
            MemoryWindows.work(0, 1),
            0)
        .put(
            WindowTier.BASE,
            SeriesId.ofOperation("b", "shop", "pay"),
            START_MS,
            MemoryWindows.work(0, 1),
            0);

    AnalyticsAnswer answer = answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10));

    assertThat(answer.series()).extracting(Series::tenant).containsExactly("a", "a", "b", "b");
    assertThat(answer.series())
        .allSatisfy(series -> assertThat(series.points().get(0).count()).isEqualTo(1));
  }

  @Test
  void shouldNameHostsThatWereNotRead() {
    windows.missing("10.0.0.2:8080");

    AnalyticsAnswer answer = answer(minutes(1), WindowTier.BASE, Duration.ofSeconds(10));

    assertThat(answer.partial()).isTrue();
    assertThat(answer.missing()).containsExactly("10.0.0.2:8080");
  }

  @Test
  void shouldReturnTheTimeFromWhichWindowsAreKept() {
    windows.closedUpTo(START_MS);

    TimeRange threeHours = new TimeRange(START.minus(Duration.ofHours(3)), START);
    assertThat(answer(threeHours, WindowTier.BASE, Duration.ofSeconds(30)).retainedFrom())
        .isEqualTo(START.minus(Duration.ofHours(2)));
    assertThat(answer(threeHours, WindowTier.MINUTE, Duration.ofMinutes(1)).retainedFrom())
        .isNull();
  }

  @Test
  void shouldRejectMorePointsThanTheLimitWithAHint() {
    for (int i = 0; i < 10; i++) {
      windows.put(WindowTier.BASE, PAY, START_MS + i * 10_000L, MemoryWindows.work(0, 1_000), 0);
    }
    AnalyticsQuery query = query(minutes(2), WindowTier.BASE, Duration.ofSeconds(10), Set.of());

    assertThat(
            new Analytics(windows, 20, Clock.systemUTC())
                .answer(query, CancellationCheck.endless())
                .series())
        .hasSize(2);
    assertThatThrownBy(
            () ->
                new Analytics(windows, 19, Clock.systemUTC())
                    .answer(query, CancellationCheck.endless()))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("more than 19 points")
        .hasMessageContaining("coarser granularity");
  }

  private List<String> operations(Set<String> wanted) {
    return new Analytics(windows, 1_000, Clock.systemUTC())
            .answer(
                query(minutes(1), WindowTier.BASE, Duration.ofSeconds(10), wanted),
                CancellationCheck.endless())
            .series()
            .stream()
            .map(Series::operation)
            .toList();
  }

  private AnalyticsAnswer answer(TimeRange range, WindowTier tier, Duration size) {
    return new Analytics(windows, 10_000, Clock.systemUTC())
        .answer(query(range, tier, size, Set.of()), CancellationCheck.endless());
  }

  private static AnalyticsQuery query(
      TimeRange range, WindowTier tier, Duration size, Set<String> operations) {
    return new AnalyticsQuery(
        range,
        new Granularity(size, tier),
        Tenants.ALL,
        Selection.NOTHING,
        operations.isEmpty()
            ? Selection.NOTHING
            : new Selection(
                operations.stream()
                    .filter(name -> !name.equals(Selection.ALL))
                    .collect(Collectors.toSet()),
                operations.contains(Selection.ALL)),
        true,
        Set.of(),
        Set.of(),
        Map.of(),
        Extras.NONE);
  }

  private static TimeRange minutes(int minutes) {
    return new TimeRange(START, START.plus(Duration.ofMinutes(minutes)));
  }
}
