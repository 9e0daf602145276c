package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.query.anomaly.AnomalySearch;
import io.tracetide.processor.query.http.QueryConfig;
import io.tracetide.processor.query.live.view.LiveTopic;
import io.tracetide.processor.query.live.view.LiveViews;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.processor.query.window.Analytics;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that are compared to an earlier range, or list the first by a measure. */
class CompareTest extends QueryServerFixture {
  private static final SeriesId PAY = SeriesId.ofOperation("default", "shop", "pay");
  private static final SeriesId SHIP = SeriesId.ofOperation("default", "shop", "ship");
  private static final SeriesId CART = SeriesId.ofOperation("default", "cart", "add");
  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  @BeforeEach
  void close() {
    windows = new MemoryWindows().closedUpTo(NOW.toEpochMilli());
  }

  private void put(WindowTier tier, SeriesId series, long startMs, int failed, double... micros) {
    windows.put(tier, series, tier.windowStart(startMs), MemoryWindows.work(failed, micros), 0);
  }

  @Test
  void shouldCompareEachPointToTheSameTimeOfTheRangeBefore() throws Exception {
    long startMs = START_MS - 300_000;
    put(WindowTier.BASE, PAY, startMs, 1, 2_000, 4_000);
    put(WindowTier.BASE, PAY, startMs + 10_000, 0, 1_000);
    put(WindowTier.BASE, PAY, startMs - 900_000, 0, 1_000);

    JsonNode answer = json("/monitoring/analytics?compareTo=previous&operations=pay");

    JsonNode first = answer.at("/series/0/points/0");
    assertThat(first.at("/earlier/start").asText())
        .isEqualTo(Instant.ofEpochMilli(startMs - 900_000).toString());
    assertThat(first.at("/earlier/count").asLong()).isEqualTo(1);
    assertThat(first.at("/earlier/throughputPerSec").asDouble()).isEqualTo(0.1);
    assertThat(first.at("/earlier/errorRatePercent").asDouble()).isZero();
    assertThat(first.at("/earlier/p95Ms").asDouble()).isEqualTo(1);
    assertThat(first.at("/change/countPercent").asDouble()).isEqualTo(100);
    assertThat(first.at("/change/throughputPercent").asDouble()).isEqualTo(100);
    assertThat(first.at("/change/errorRatePoints").asDouble()).isEqualTo(50);
    assertThat(first.at("/change/p50Percent").asDouble()).isEqualTo(100);
    assertThat(answer.at("/series/0/points/1/earlier").isNull()).isTrue();
    assertThat(answer.at("/series/0/points/1/change").isNull()).isTrue();
    assertThat(answer.at("/comparison/granularityMs").asLong()).isEqualTo(10_000);
    assertThat(answer.at("/comparison/from").asText()).isEqualTo("2026-03-01T09:30:10Z");
    assertThat(answer.at("/comparison/to").asText()).isEqualTo("2026-03-01T09:45:10Z");
    assertThat(answer.at("/comparison/retainedFrom").isNull()).isTrue();
  }

  @Test
  void shouldNotAnswerEarlierValuesUnasked() throws Exception {
    put(WindowTier.BASE, PAY, START_MS, 0, 1_000);
    put(WindowTier.BASE, PAY, START_MS - 900_000, 0, 1_000);

    JsonNode answer = json("/monitoring/analytics?timeRange=10m");

    assertThat(answer.get("comparison").isNull()).isTrue();
    assertThat(answer.at("/series/0/points/0").has("earlier")).isTrue();
    assertThat(answer.at("/series/0/points/0/earlier").isNull()).isTrue();
  }

  @Test
  void shouldChooseAWidthThatTheEarlierRangeStillHas() throws Exception {
    put(WindowTier.HOUR, PAY, START_MS - 3_600_000, 0, 2_000);
    put(WindowTier.HOUR, PAY, START_MS - 3_600_000 - DAY_MS, 0, 1_000, 1_000);

    JsonNode answer = json("/monitoring/analytics?timeRange=6h&compareTo=1d&operations=pay");

    assertThat(answer.at("/granularityMs").asLong()).isEqualTo(3_600_000);
    assertThat(answer.at("/series/0/points/0/earlier/count").asLong()).isEqualTo(2);
    assertThat(answer.at("/series/0/points/0/change/p95Percent").asDouble()).isEqualTo(100);
  }

  @Test
  void shouldCompareToTheCoarserWindowThatIsStillKept() throws Exception {
    put(WindowTier.BASE, PAY, START_MS, 0, 2_000);
    put(WindowTier.HOUR, PAY, START_MS - 7 * DAY_MS, 0, 1_000, 1_000, 1_000);

    JsonNode answer = json("/monitoring/analytics?granularity=10s&compareTo=1w&operations=pay");

    JsonNode point = answer.at("/series/0/points/0");
    assertThat(point.at("/earlier/start").asText()).isEqualTo("2026-02-22T09:00:00Z");
    assertThat(point.at("/earlier/end").asText()).isEqualTo("2026-02-22T10:00:00Z");
    assertThat(point.at("/change/p95Percent").asDouble()).isEqualTo(100);
    assertThat(point.at("/change/countPercent").isNull()).as("of ranges of other lengths").isTrue();
    assertThat(point.at("/change/throughputPercent").asDouble()).isGreaterThan(10_000);
    assertThat(answer.at("/comparison/granularityMs").asLong()).isEqualTo(3_600_000);
  }

  @Test
  void shouldReportThatTheEarlierRangeWasDeleted() throws Exception {
    put(WindowTier.BASE, PAY, START_MS, 0, 2_000);

    JsonNode answer = json("/monitoring/analytics?granularity=10s&compareTo=60d&operations=pay");

    assertThat(answer.at("/series/0/points/0/earlier").isNull()).isTrue();
    assertThat(Instant.parse(answer.at("/comparison/retainedFrom").asText()))
        .isAfter(Instant.parse(answer.at("/comparison/to").asText()));
  }

  @ParameterizedTest
  @CsvSource({"7m, 420000", "90s, 90000", "3h, 10800000", "20s, 20000", "25m, 1500000"})
  void shouldMergeAnyMultipleOfATierAndCompareWholePoints(String granularity, long sizeMs)
      throws Exception {
    long stepMs = sizeMs % 3_600_000 == 0 ? 3_600_000 : sizeMs % 60_000 == 0 ? 60_000 : 10_000;
    WindowTier tier =
        stepMs == 3_600_000
            ? WindowTier.HOUR
            : stepMs == 60_000 ? WindowTier.MINUTE : WindowTier.BASE;
    long lengthMs = 4 * sizeMs;
    long endMs = Math.floorDiv(NOW.toEpochMilli(), sizeMs) * sizeMs;
    for (long at = endMs - 2 * lengthMs; at < endMs; at += stepMs) {
      put(tier, PAY, at, 0, at < endMs - lengthMs ? 1_000 : 3_000);
    }
    String range =
        "&from=%s&to=%s"
            .formatted(Instant.ofEpochMilli(endMs - lengthMs), Instant.ofEpochMilli(endMs));

    JsonNode answer =
        json(
            "/monitoring/analytics?operations=pay&compareTo=previous&granularity="
                + granularity
                + range);

    JsonNode points = answer.at("/series/0/points");
    assertThat(points).hasSize(4);
    for (JsonNode point : points) {
      Instant start = Instant.parse(point.get("start").asText());
      assertThat(start.toEpochMilli() % sizeMs).isZero();
      assertThat(point.get("end").asText()).isEqualTo(start.plusMillis(sizeMs).toString());
      assertThat(point.get("count").asLong()).isEqualTo(sizeMs / stepMs);
      assertThat(point.at("/earlier/count").asLong()).isEqualTo(sizeMs / stepMs);
      assertThat(point.at("/earlier/start").asText())
          .isEqualTo(start.minusMillis(lengthMs).toString());
      assertThat(point.at("/change/p95Percent").asDouble()).isCloseTo(200, within(4.0));
    }
  }

  @Test
  void shouldAlignEarlierPointsThatAreNotOnTheGrid() throws Exception {
    Instant start = Instant.ofEpochMilli(Math.floorDiv(START_MS, 420_000) * 420_000);
    for (int minute = 0; minute < 7; minute++) {
      long atMs = start.toEpochMilli() + minute * 60_000L;
      put(WindowTier.MINUTE, PAY, atMs, 0, 1_000);
      put(WindowTier.MINUTE, PAY, atMs - 3_600_000, 0, 1_000, 1_000);
    }

    JsonNode answer =
        json(
            "/monitoring/analytics?operations=pay&granularity=7m&compareTo=1h&from=%s&to=%s"
                .formatted(start, start.plusSeconds(420)));

    JsonNode earlier = answer.at("/series/0/points/0/earlier");
    assertThat(earlier.get("start").asText()).isEqualTo(start.minusSeconds(3_600).toString());
    assertThat(earlier.get("count").asLong()).isEqualTo(14);
  }

  @Test
  void shouldCompareMetrics() throws Exception {
    SeriesId cpu = SeriesId.ofMetric("default", "shop", SeriesId.CPU_USAGE_PERCENT);
    put(WindowTier.BASE, cpu, START_MS, 0, 60);
    put(WindowTier.BASE, cpu, START_MS - 600_000, 0, 40);

    JsonNode answer =
        json("/monitoring/analytics?metrics=cpu&timeRange=10m&compareTo=previous&quantiles=0.5");

    JsonNode point = answer.at("/metricSeries/0/points/0");
    assertThat(point.at("/earlier/mean").asDouble()).isEqualTo(40);
    assertThat(point.at("/change/meanPercent").asDouble()).isEqualTo(50);
    assertThat(point.at("/quantiles/0.5").asDouble()).isEqualTo(60);
  }

  @Test
  void shouldListTheFirstSeriesAndTheNumberOfOthers() throws Exception {
    put(WindowTier.BASE, PAY, START_MS, 0, 1_000, 1_000, 1_000);
    put(WindowTier.BASE, SHIP, START_MS, 2, 9_000, 9_000);
    put(WindowTier.BASE, CART, START_MS, 1, 5_000);
    put(WindowTier.BASE, PAY, START_MS - 600_000, 0, 4_000);
    put(WindowTier.BASE, SHIP, START_MS - 600_000, 0, 8_000);
    put(WindowTier.BASE, CART, START_MS - 600_000, 0, 10_000);
    String query = "/monitoring/analytics?timeRange=10m&topBy=";

    assertThat(operations(json(query + "p95"))).containsExactly("ship", "add", "pay");
    assertThat(operations(json(query + "errors"))).containsExactly("ship", "add", "pay");
    assertThat(operations(json(query + "throughput&limit=2"))).containsExactly("pay", "ship");
    assertThat(json(query + "throughput&limit=2").get("leftOut").asInt()).isEqualTo(1);
    assertThat(json(query + "throughput").get("leftOut").asInt()).isZero();
    assertThat(operations(json(query + "change&compareTo=previous")))
        .as("a quarter, a half, an eighth more")
        .containsExactly("pay", "add", "ship");
    JsonNode services = json(query + "p95&operations=*&limit=1");
    assertThat(services.at("/series/0/service").asText()).isEqualTo("shop");
    assertThat(services.at("/series/0/operation").asText()).isEqualTo("*");
    assertThat(services.get("leftOut").asInt()).isEqualTo(1);
  }

  private static List<String> operations(JsonNode answer) {
    List<String> operations = new ArrayList<>();
    answer.get("series").forEach(series -> operations.add(series.get("operation").asText()));
    return operations;
  }

  @Test
  void shouldRateAndCompareTheHourThatHasBegunByTheTimeThatHasPassed() throws Exception {
    long hourMs = Duration.ofHours(1).toMillis();
    long elapsedMs = NOW.toEpochMilli() % hourMs;
    put(WindowTier.HOUR, PAY, NOW.toEpochMilli(), 0, 1_000, 2_000);
    put(WindowTier.HOUR, PAY, NOW.toEpochMilli() - hourMs, 0, 1_000, 2_000, 3_000, 4_000);

    JsonNode points =
        json("/monitoring/analytics?compareTo=1h&granularity=1h&timeRange=2h&operations=pay")
            .at("/series/0/points");

    JsonNode last = points.get(points.size() - 1);
    assertThat(last.get("final").asBoolean()).isFalse();
    assertThat(last.get("elapsedMs").asLong()).isEqualTo(elapsedMs);
    assertThat(last.get("throughputPerSec").asDouble()).isEqualTo(2_000.0 / elapsedMs);
    assertThat(last.at("/change/throughputPercent").asDouble())
        .isCloseTo(100 * (2_000.0 / elapsedMs - 4 / 3_600.0) / (4 / 3_600.0), within(0.01));
    assertThat(last.at("/change/countPercent").isNull()).isTrue();
    assertThat(points.get(0).get("elapsedMs").asLong()).isEqualTo(hourMs);
  }

  @Test
  void shouldCompareAndRankTheServicesOfTheDashboard() throws Exception {
    put(WindowTier.BASE, PAY, START_MS, 1, 2_000, 2_000);
    put(WindowTier.BASE, SHIP, START_MS, 0, 2_000, 2_000);
    put(WindowTier.BASE, CART, START_MS, 0, 1_000);
    put(WindowTier.BASE, PAY, START_MS - 900_000, 0, 1_000);
    put(WindowTier.BASE, SHIP, START_MS - 900_000, 0, 1_000);

    JsonNode answer = json("/monitoring/dashboard?compareTo=previous");
    JsonNode shop = answer.at("/services/1");
    assertThat(shop.at("/earlier/count").asLong()).isEqualTo(2);
    assertThat(shop.at("/earlier/throughputPerSec").asDouble())
        .isCloseTo(2 / 900.0, within(0.00001));
    assertThat(shop.at("/change/p95Percent").asDouble()).isEqualTo(100);
    assertThat(shop.at("/change/errorRatePoints").asDouble()).isEqualTo(25);
    assertThat(answer.at("/services/0/earlier").isNull()).isTrue();
    assertThat(answer.at("/totals/earlier/count").asLong()).isEqualTo(2);
    assertThat(answer.at("/comparison/to").asText()).isEqualTo("2026-03-01T09:45:10Z");

    JsonNode first = json("/monitoring/dashboard?topBy=p95&limit=1");
    assertThat(first.get("services")).hasSize(1);
    assertThat(first.at("/services/0/service").asText()).isEqualTo("shop");
    assertThat(first.get("leftOut").asInt()).isEqualTo(1);
    assertThat(first.at("/totals/services").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/monitoring/analytics?compareTo=soon 'compareTo'",
        "/monitoring/analytics?compareTo=0d 'compareTo'",
        "/monitoring/analytics?compareTo=95s&granularity=10s 10s",
        "/monitoring/analytics?topBy=colour 'topBy'",
        "/monitoring/analytics?topBy=change compareTo",
        "/monitoring/analytics?limit=3 'topBy'",
        "/monitoring/analytics?topBy=p95&limit=0 'limit'",
        "/monitoring/analytics?topBy=p95&metrics=cpu 'topBy'",
        "/monitoring/analytics?quantiles=1.5 'quantiles'",
        "/monitoring/analytics?quantiles=NaN 'quantiles'",
        "/monitoring/analytics?quantiles=0.5,,0.9 'quantiles'",
        "/monitoring/dashboard?topBy=change compareTo",
        "/monitoring/dashboard?compareTo=1y 'compareTo'",
        "/monitoring/services?compareTo=1d 'compareTo'",
      },
      quoteCharacter = '`')
  void shouldExplainWhatCannotBeCompared(String path, String named) throws Exception {
    assertThat(get(path).statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(get(path).body()).get("detail").asText()).contains(named);
  }

  @Test
  void shouldCountEarlierPointsTowardsTheLimit() throws Exception {
    for (int i = 0; i < 600; i++) {
      put(WindowTier.BASE, PAY, START_MS - i * 10_000L, 0, 1_000);
    }
    String query = "/monitoring/analytics?operations=pay&granularity=10s&timeRange=";

    assertThat(get(query + "50m").statusCode()).isEqualTo(200);
    assertThat(get(query + "95m&compareTo=10s").statusCode()).isEqualTo(400);
  }

  @Test
  void shouldRefuseInLiveQueriesWhatBelongsToOneAnswer() {
    assertThat(LiveViews.parameters(LiveTopic.METRICS))
        .contains("granularity", "metrics")
        .doesNotContain("compareTo", "topBy", "limit", "quantiles", "from", "format");
  }

  @Test
  void shouldRefuseDistributionsInLiveQueries() {
    LiveViews views =
        new LiveViews(
            new Analytics(windows, 100, Clock.systemUTC()),
            new AnomalySearch(reader -> List.of()),
            Optional.empty(),
            CursorSeal.of(QueryConfig.defaults().peers().token()),
            WindowTier.ALL);

    assertThatThrownBy(
            () ->
                views.view(
                    LiveTopic.METRICS,
                    Map.of("metrics", List.of("latency,distribution")),
                    Tenants.ALL,
                    NOW))
        .isInstanceOf(BadParameterException.class)
        .hasMessageContaining("/monitoring/analytics");
    assertThat(
            views
                .view(LiveTopic.METRICS, Map.of("metrics", List.of("latency")), Tenants.ALL, NOW)
                .topic())
        .isEqualTo(LiveTopic.METRICS);
  }
}
