package io.tracetide.processor.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.tracetide.processor.total.SeriesTotal;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.processor.window.sketch.SketchBuckets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramFormsTest {

  @Test
  void shouldCountEveryDurationInBothForms() {
    WindowStats stats = new WindowStats();
    stats.record(0, 1, false);
    stats.record(1_500, 1, false);
    stats.record(1_500, 1, false);
    stats.record(700_000, 1, false);
    stats.record(4_000_000_000.0, 1, false);

    HistogramDataPointSnapshot point = of(stats);

    assertThat(point.getCount()).isEqualTo(5);
    assertThat(point.getNativeZeroCount()).isEqualTo(1);
    ClassicHistogramBuckets classic = point.getClassicBuckets();
    assertThat(classic.getUpperBound(0)).isEqualTo(0.002);
    assertThat(classic.getCount(0)).isEqualTo(3);
    assertThat(classic.getCount(classic.size() - 1)).isEqualTo(1);
    assertThat(point.getSum()).isCloseTo(4_000.703, within(1e-9));
  }

  /** So the bucket cannot depend on how a logarithm is rounded. */
  @Test
  void shouldHaveNoMiddleOfASketchBucketAtTheEdgeOfANativeBucket() {
    QuantileSketch sketch = new QuantileSketch();
    for (double micros = 1; micros < 3e12; micros *= 1.003) {
      sketch.add(micros);
    }
    double[] nearest = {1};
    int[] before = {Integer.MIN_VALUE};
    SketchBuckets.each(
        sketch,
        (middle, weight) -> {
          double position = HistogramForms.position(middle);
          nearest[0] = Math.min(nearest[0], Math.abs(position - Math.rint(position)));
          assertThat(HistogramForms.index(middle)).isGreaterThan(before[0]);
          before[0] = HistogramForms.index(middle);
        });

    assertThat(nearest[0]).isGreaterThan(1e-6);
  }

  /** Any value in the native bucket, which is all that Prometheus knows, is close to ours. */
  @Test
  void shouldKeepQuantilesWithinHalfAPercentOfTheSketch() {
    Random random = new Random(3);
    WindowStats stats = new WindowStats();
    for (int i = 0; i < 50_000; i++) {
      stats.record(Math.exp(random.nextGaussian() * 1.5 + 10), 1, false);
    }
    NativeHistogramBuckets buckets = of(stats).getNativeBucketsForPositiveValues();
    for (double q : new double[] {0.01, 0.5, 0.9, 0.95, 0.99, 0.999}) {
      double rank = Math.floor(q * (50_000 - 1));
      double below = 0;
      int at = 0;
      while (below + buckets.getCount(at) <= rank) {
        below += buckets.getCount(at++);
      }
      double ours = stats.quantile(q) / 1e6;
      assertThat(Math.pow(2, (buckets.getBucketIndex(at) - 1) / 256.0))
          .isCloseTo(ours, within(ours * 0.003));
      assertThat(Math.pow(2, buckets.getBucketIndex(at) / 256.0))
          .isCloseTo(ours, within(ours * 0.003));
    }
  }

  @Test
  void shouldRoundWeightsDown() {
    WindowStats stats = new WindowStats();
    stats.record(1_000, 10.0 / 3, false);
    stats.record(1_000, 10.0 / 3, false);
    stats.record(1_000, 10.0 / 3, false);
    stats.record(9_000, 2.5, false);

    assertThat(of(stats).getCount()).isEqualTo(10 + 2);
  }

  private static HistogramDataPointSnapshot of(WindowStats stats) {
    SeriesTotal total = new SeriesTotal(0);
    total.add(stats, 1);
    return HistogramForms.of(SeriesTotal.fromBytes(total.toBytes()), Labels.EMPTY, Exemplars.EMPTY);
  }
}
