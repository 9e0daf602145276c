package io.tracetide.processor.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Quantiles, distributions and exemplars of points. */
class PointDetailsTest extends QueryServerFixture {
  private static final SeriesId PAY = SeriesId.ofOperation("default", "shop", "pay");

  @Test
  void shouldAnswerTheRequestedQuantiles() throws Exception {
    double[] micros = durations(10_000);
    windows = new MemoryWindows();
    windows.put(WindowTier.BASE, PAY, START_MS, MemoryWindows.work(0, micros), 0);

    JsonNode point =
        json("/monitoring/analytics?operations=pay&quantiles=0.999,0.5,0.950,0,1")
            .at("/series/0/points/0");

    Arrays.sort(micros);
    JsonNode quantiles = point.get("quantiles");
    assertThat(quantiles.size()).isEqualTo(5);
    for (double quantile : new double[] {0.5, 0.95, 0.999}) {
      double exact = micros[(int) (quantile * 9_999)] / 1_000;
      assertThat(quantiles.get(String.valueOf(quantile)).asDouble())
          .isCloseTo(exact, within(0.0101 * exact));
    }
    assertThat(quantiles.get("0").asDouble())
        .isCloseTo(point.get("minMs").asDouble(), within(0.000001));
    assertThat(quantiles.get("1").asDouble())
        .isCloseTo(point.get("maxMs").asDouble(), within(0.01));
    assertThat(json("/monitoring/analytics").at("/series/0/points/0/quantiles").isNull()).isTrue();
  }

  @Test
  void shouldAnswerTheDistributionOfAllSpansOnOneGrid() throws Exception {
    double[] micros = durations(10_000);
    windows = new MemoryWindows();
    windows.put(WindowTier.BASE, PAY, START_MS, MemoryWindows.work(0, micros), 0);
    WindowStats few = MemoryWindows.work(0, 0, 1_000, 1_001, 5_000);
    few.count(1, false);
    windows.put(WindowTier.BASE, PAY, START_MS + 10_000, few, 0);

    JsonNode points =
        json("/monitoring/analytics?operations=pay&metrics=distribution").at("/series/0/points");

    JsonNode many = points.get(0).get("distribution");
    double sum = 0;
    for (JsonNode bucket : many.get("buckets")) {
      double from = bucket.get("fromMs").asDouble() * 1_000;
      double to = bucket.get("toMs").asDouble() * 1_000;
      long inside = Arrays.stream(micros).filter(v -> v >= from && v < to).count();
      assertThat(bucket.get("count").asDouble()).isCloseTo((double) inside, within(2.0));
      assertThat(to / from).isCloseTo(Math.pow(2, 0.2), within(0.0001));
      assertThat((to - from) / (to + from))
          .isCloseTo(many.get("relativeError").asDouble(), within(0.0001));
      sum += bucket.get("count").asDouble();
    }
    assertThat(sum).isEqualTo(points.get(0).get("count").asDouble());
    assertThat(many.get("withoutDuration").asDouble()).isZero();

    JsonNode small = points.get(1).get("distribution");
    assertThat(small.get("withoutDuration").asDouble()).isEqualTo(1);
    assertThat(small.at("/buckets/0/toMs").asDouble()).isZero();
    assertThat(small.at("/buckets/0/count").asDouble()).isEqualTo(1);
    assertThat(small.at("/buckets/1/count").asDouble()).isEqualTo(2);
    assertThat(small.at("/buckets")).hasSize(3);
    assertThat(many.get("buckets").findValuesAsText("fromMs"))
        .contains(small.at("/buckets/1/fromMs").asText());
    assertThat(points.get(1).get("p50Ms").asDouble()).isEqualTo(1);
  }

  @Test
  void shouldBoundTheBucketsOfAnAnswer() throws Exception {
    windows = new MemoryWindows();
    for (int i = 0; i < 60; i++) {
      windows.put(
          WindowTier.BASE, PAY, START_MS - i * 10_000L, MemoryWindows.work(0, durations(1_000)), 0);
    }

    assertThat(get("/monitoring/analytics?operations=pay").statusCode()).isEqualTo(200);
    assertThat(get("/monitoring/analytics?operations=pay&metrics=distribution").statusCode())
        .isEqualTo(400);
  }

  @Test
  void shouldAnswerTheExemplarsOfEachPoint() throws Exception {
    windows = new MemoryWindows();
    WindowStats first = new WindowStats();
    record(first, 1_000, false, "quick");
    record(first, 9_000, false, "slow");
    WindowStats second = new WindowStats();
    record(second, 2_000, true, "failed");
    windows.put(WindowTier.BASE, PAY, START_MS, first, 0);
    windows.put(WindowTier.BASE, PAY, START_MS + 10_000, second, 0);

    JsonNode points = json("/monitoring/analytics?operations=pay").at("/series/0/points");
    JsonNode merged =
        json("/monitoring/analytics?operations=*&granularity=30s").at("/series/0/points/0");

    assertThat(points.at("/0/exemplars/slowest").asText()).isEqualTo("slow");
    assertThat(points.at("/0/exemplars/typical").asText()).isEqualTo("quick");
    assertThat(points.at("/0/exemplars/error").isNull()).isTrue();
    assertThat(points.at("/1/exemplars/error").asText()).isEqualTo("failed");
    assertThat(merged.at("/exemplars/slowest").asText()).isEqualTo("slow");
    assertThat(merged.at("/exemplars/error").asText()).isEqualTo("failed");
  }

  private static void record(WindowStats stats, double micros, boolean failed, String trace) {
    stats.record(micros, 1, failed);
    byte[] id = trace.getBytes(StandardCharsets.UTF_8);
    stats.offerExemplar(micros, failed, id, 0, id.length);
  }

  private static double[] durations(int count) {
    Random random = new Random(7);
    return random.doubles(count).map(uniform -> 500 * Math.pow(4_000, uniform)).toArray();
  }
}
