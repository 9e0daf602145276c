package io.tracetide.processor.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SampleCollectorTest {

  private static final long WINDOW_MS = 10_000;
  private static final SeriesId CART = SeriesId.ofOperation("acme", "cart", "add");
  private static final SeriesId PAY = SeriesId.ofOperation("acme", "pay", "charge");

  private final SampleCollector collector = new SampleCollector(3, WINDOW_MS, 360, 2);

  @Test
  void shouldSendTheSamplesOfAWindowAndItsEnd() {
    collector.observe(CART, 0, stats(5));
    List<SampleBatch> batches = collector.complete(0, RecentWindows.NONE);

    assertThat(batches).hasSize(1);
    SampleBatch batch = batches.get(0);
    assertThat(batch.tenant()).isEqualTo("acme");
    assertThat(batch.partition()).isEqualTo(3);
    assertThat(batch.kind()).isEqualTo(SampleBatch.Kind.LAST);
    assertThat(batch.samples()).hasSize(1);
    assertThat(batch.samples().get(0).sample().count()).isEqualTo(5);
    assertThat(batch.samples().get(0).sample().p50Micros()).isEqualTo(3_000);
    assertThat(batch.samples().get(0).sample().meanLogMicros())
        .isEqualTo(Math.log(1e3 * 2e3 * 3e3 * 4e3 * 5e3) / 5);
    assertThat(collector.complete(WINDOW_MS, RecentWindows.NONE))
        .singleElement()
        .satisfies(empty -> assertThat(empty.samples()).isEmpty())
        .satisfies(empty -> assertThat(empty.window()).isEqualTo(1));
  }

  @Test
  void shouldSampleALateServiceLater() {
    collector.observe(CART, 50_000, stats(1));
    collector.observe(PAY, 50_000, stats(2));
    List<SampleBatch> batches =
        collector.complete(
            50_000,
            new RecentWindows() {
              @Override
              public int lateness(SeriesId series) {
                return series.equals(CART) ? 2 : 0;
              }

              @Override
              public @Nullable WindowStats stats(SeriesId series, long startMs) {
                return series.equals(CART) && startMs == 30_000
                    ? SampleCollectorTest.stats(9)
                    : null;
              }
            });

    assertThat(batches.get(0).samples())
        .extracting(SeriesSample::service, SeriesSample::lag, sample -> sample.sample().count())
        .containsExactlyInAnyOrder(tuple("cart", 2, 9L), tuple("pay", 0, 2L));
  }

  @Test
  void shouldDivideAWindowWithManySeries() {
    SampleCollector large = new SampleCollector(0, WINDOW_MS, 360, 5_000);
    for (int i = 0; i < 1_500; i++) {
      String operation = "\u20ac".repeat(200) + i;
      large.observe(SeriesId.ofOperation("acme", "cart", operation), 0, stats(1));
    }
    List<SampleBatch> batches = large.complete(0, RecentWindows.NONE);

    assertThat(batches)
        .extracting(SampleBatch::kind)
        .containsExactly(SampleBatch.Kind.PART, SampleBatch.Kind.PART, SampleBatch.Kind.LAST);
    assertThat(batches).allMatch(batch -> batch.encode().length < 400_000);
    assertThat(batches.stream().mapToInt(batch -> batch.samples().size()).sum()).isEqualTo(1_500);
  }

  @Test
  void shouldSendRevisedWindowsOfSeriesThatItKnows() {
    collector.observe(CART, 0, stats(1));
    collector.complete(0, RecentWindows.NONE);
    collector.revise(CART, 0, stats(4));
    collector.revise(PAY, 0, stats(4));

    assertThat(collector.revisionsComplete(RecentWindows.NONE))
        .singleElement()
        .satisfies(batch -> assertThat(batch.kind()).isEqualTo(SampleBatch.Kind.REVISED))
        .satisfies(
            batch ->
                assertThat(batch.samples())
                    .extracting(SeriesSample::service, sample -> sample.sample().count())
                    .containsExactly(tuple("cart", 4L)));
    assertThat(collector.revisionsComplete(RecentWindows.NONE)).isEmpty();
  }

  @Test
  void shouldLimitSeriesAndForgetTenants() {
    assertThat(collector.observe(CART, 0, stats(1))).isTrue();
    assertThat(collector.observe(PAY, 0, stats(1))).isTrue();
    assertThat(collector.observe(SeriesId.ofOperation("acme", "ship", "x"), 0, stats(1))).isFalse();

    List<SampleBatch> later = new ArrayList<>();
    for (long window = 0; window <= SampleCollector.REMEMBERED + 1; window++) {
      later = collector.complete(window * WINDOW_MS, RecentWindows.NONE);
      assertThat(later).hasSize(window <= SampleCollector.REMEMBERED ? 1 : 0);
    }
    assertThat(collector.tenants()).isEmpty();
    collector.restore(Map.of("other", SampleCollector.REMEMBERED + 1L));
    assertThat(collector.complete((SampleCollector.REMEMBERED + 2) * WINDOW_MS, RecentWindows.NONE))
        .extracting(SampleBatch::tenant)
        .containsExactly("other");
  }

  @Test
  void shouldSampleOperationsOnly() {
    assertThat(SampleCollector.samples(CART)).isTrue();
    assertThat(SampleCollector.samples(CART.ofService())).isFalse();
    assertThat(SampleCollector.samples(SeriesId.ofMetric("acme", "cart", "cpu"))).isFalse();
    assertThat(SampleCollector.samples(SeriesId.ofOperation("acme", SeriesId.OTHER, "x")))
        .isFalse();
  }

  private static WindowStats stats(int spans) {
    WindowStats stats = new WindowStats();
    for (int i = spans; i > 0; i--) {
      stats.record(1_000.0 * i, 1, false);
    }
    return stats;
  }
}
