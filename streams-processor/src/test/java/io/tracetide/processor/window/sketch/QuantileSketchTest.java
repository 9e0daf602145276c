package io.tracetide.processor.window.sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuantileSketchTest {

  private static final double[] QUANTILES = {0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};

  @Test
  void shouldHaveNoQuantilesWhenEmpty() {
    QuantileSketch sketch = new QuantileSketch();

    assertThat(sketch.quantile(0.5)).isNaN();
    assertThat(sketch.min()).isNaN();
    assertThat(sketch.max()).isNaN();
    assertThat(sketch.count()).isZero();
  }

  @Test
  void shouldBeExactWhenThereIsOneValue() {
    QuantileSketch sketch = new QuantileSketch();
    sketch.add(123_456.789);

    for (double q : QUANTILES) {
      assertThat(sketch.quantile(q)).isEqualTo(123_456.789);
    }
  }

  @Test
  void shouldBeExactWhenThereAreFewValues() {
    double[] values = new Random(3).doubles(32, 1, 1e6).toArray();
    double[] sorted = values.clone();
    Arrays.sort(sorted);

    for (double q : QUANTILES) {
      assertThat(sketchOf(values).quantile(q)).isEqualTo(sorted[(int) Math.floor(q * 31)]);
    }
  }

  @Test
  void shouldNotDependOnWhatWasAsked() {
    QuantileSketch asked = new QuantileSketch();
    QuantileSketch silent = new QuantileSketch();
    WindowStats ofAsked = new WindowStats();
    WindowStats ofSilent = new WindowStats();
    for (int i = 1; i <= 40; i++) {
      asked.add(i);
      silent.add(i);
      ofAsked.record(i, 1, false);
      ofSilent.record(i, 1, false);
      asked.quantile(0.5);
      asked.toBytes();
      ofAsked.quantile(0.5);
      ofAsked.sketch().toBytes();
      assertThat(WindowStatsCodec.encode(ofAsked, 0))
          .isEqualTo(WindowStatsCodec.encode(ofSilent, 0));
    }
    assertThat(asked.toBytes()).isEqualTo(silent.toBytes());
  }

  @Test
  void shouldPromiseAtMostOnePercent() {
    assertThat(QuantileSketch.RELATIVE_ERROR).isLessThanOrEqualTo(0.01);
  }

  @Test
  void shouldPutEveryBucketBoundaryIntoItsOwnBucket() {
    for (int bucket = -2000; bucket < 2000; bucket++) {
      assertThat(BucketScale.bucketOf(BucketScale.middleOf(bucket))).isEqualTo(bucket);
    }
  }

  @Test
  void shouldKeepItsErrorFromOneMicrosecondToOneDay() {
    Random random = new Random(7);
    for (double scale : new double[] {1, 1e3, 1e6, 1e9}) {
      double[] values =
          random.doubles(5_000).map(x -> Math.rint(scale * Math.exp(4 * x)) + 1).toArray();
      assertAccurate(sketchOf(values), values);
    }
  }

  @Test
  void shouldRefuseValuesWithoutAPlaceOnTheScale() {
    QuantileSketch sketch = new QuantileSketch();

    assertThatThrownBy(() -> sketch.add(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sketch.add(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sketch.add(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(sketch.count()).isZero();
  }

  @Test
  void shouldCountByWeightWhenSampled() {
    QuantileSketch sampled = new QuantileSketch();
    QuantileSketch full = new QuantileSketch();
    for (int value = 1; value <= 100; value++) {
      sampled.add(value, 4);
      for (int i = 0; i < 4; i++) {
        full.add(value);
      }
    }

    assertThat(sampled.count()).isEqualTo(400);
    for (double q : QUANTILES) {
      assertThat(sampled.quantile(q)).isEqualTo(full.quantile(q));
    }
  }

  @Test
  void shouldRefuseBytesThatAreNoSketch() {
    byte[] good = sketchOf(1, 2, 3).toBytes();
    assertThatThrownBy(() -> QuantileSketch.fromBytes(new byte[] {9, 0}))
        .isInstanceOf(IllegalArgumentException.class);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> QuantileSketch.fromBytes(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldBeSmallOnTheWire() {
    Random random = new Random(1);
    double[] values = random.doubles(2_000).map(x -> 1_000 * Math.exp(3 * x)).toArray();

    assertThat(sketchOf(values).toBytes()).hasSizeLessThan(300);
  }

  @Property(tries = 300)
  void shouldStayWithinItsError(
      @ForAll @Size(min = 1, max = 400) List<@From("values") Double> values) {
    double[] array = toArray(values);
    assertAccurate(sketchOf(array), array);
  }

  @Property(tries = 300)
  void shouldNotDependOnHowValuesWereGrouped(
      @ForAll @Size(max = 60) List<@From("values") Double> a,
      @ForAll @Size(max = 60) List<@From("values") Double> b,
      @ForAll @Size(max = 60) List<@From("values") Double> c) {
    QuantileSketch left = sketchOf(toArray(a));
    left.merge(sketchOf(toArray(b)));
    left.merge(sketchOf(toArray(c)));

    QuantileSketch tail = sketchOf(toArray(c));
    tail.merge(sketchOf(toArray(b)));
    QuantileSketch right = sketchOf();
    right.merge(tail);
    right.merge(sketchOf(toArray(a)));

    assertThat(left.toBytes()).isEqualTo(right.toBytes());
  }

  @Property(tries = 300)
  void shouldSurviveTheWire(
      @ForAll @Size(max = 100) List<@From("values") Double> values, @ForAll boolean fractional) {
    QuantileSketch sketch = new QuantileSketch();
    for (double value : values) {
      sketch.add(value, fractional ? 1.25 : 1);
    }

    QuantileSketch read = QuantileSketch.fromBytes(sketch.toBytes());

    assertThat(read.toBytes()).isEqualTo(sketch.toBytes());
    assertThat(read.count()).isEqualTo(sketch.count());
    for (double q : QUANTILES) {
      double expected = sketch.quantile(q);
      // Few values are exact at home and in buckets on the wire.
      double bound = Math.abs(expected) * QuantileSketch.RELATIVE_ERROR * (1 + 1e-12) + 1e-9;
      if (Double.isNaN(expected)) {
        assertThat(read.quantile(q)).isNaN();
      } else {
        assertThat(read.quantile(q)).isCloseTo(expected, within(bound));
      }
    }
  }

  @Provide
  Arbitrary<Double> values() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.doubles().between(1, 8.64e10).ofScale(3)),
        Tuple.of(2, Arbitraries.longs().between(0, 1_000_000).map(x -> (double) x)),
        Tuple.of(1, Arbitraries.doubles().between(-1e6, 1)),
        Tuple.of(1, Arbitraries.just(0.0)));
  }

  private static void assertAccurate(QuantileSketch sketch, double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    for (double q : QUANTILES) {
      double exact = sorted[(int) Math.floor(q * (sorted.length - 1))];
      double bound = Math.abs(exact) * QuantileSketch.RELATIVE_ERROR * (1 + 1e-12) + 1e-9;
      assertThat(sketch.quantile(q))
          .as("q=%s n=%s", q, sorted.length)
          .isCloseTo(exact, within(bound));
    }
  }

  private static QuantileSketch sketchOf(double... values) {
    QuantileSketch sketch = new QuantileSketch();
    for (double value : values) {
      sketch.add(value);
    }
    return sketch;
  }

  private static double[] toArray(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void shouldWriteTheSameBytesInWhateverOrderTheZerosCame() {
    QuantileSketch one = new QuantileSketch();
    one.add(0.0);
    one.add(-0.0);
    QuantileSketch other = new QuantileSketch();
    other.add(-0.0);
    other.add(0.0);

    assertThat(one.toBytes()).isEqualTo(other.toBytes());
  }
}
