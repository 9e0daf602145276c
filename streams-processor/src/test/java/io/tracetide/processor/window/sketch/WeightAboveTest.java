package io.tracetide.processor.window.sketch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightAboveTest {

  @Test
  void shouldBeExactForUpToThirtyTwoValues() {
    QuantileSketch sketch = new QuantileSketch();
    for (int i = 1; i <= 32; i++) {
      sketch.add(i);
    }

    assertThat(sketch.weightAbove(30)).isEqualTo(2);
    assertThat(sketch.weightAbove(32)).isZero();
    assertThat(sketch.weightAbove(0.5)).isEqualTo(32);
    assertThat(new QuantileSketch().weightAbove(1)).isZero();
  }

  @Test
  void shouldBeBetweenTheWeightsAtOnePercentBelowAndAbove() {
    Random random = new Random(3);
    QuantileSketch sketch = new QuantileSketch();
    double[] values = new double[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1_000 * Math.exp(random.nextGaussian());
      sketch.add(values[i], 2);
    }

    for (double limit : new double[] {50, 400, 1_000, 3_333, 20_000}) {
      double error = QuantileSketch.RELATIVE_ERROR;
      assertThat(sketch.weightAbove(limit))
          .isBetween(
              2 * above(values, limit / (1 - error)), 2 * above(values, limit / (1 + error)));
    }
  }

  @Test
  void shouldCountNothingAboveTheLargestValue() {
    QuantileSketch sketch = new QuantileSketch();
    sketch.add(300, 100);

    assertThat(sketch.weightAbove(300)).isZero();
    assertThat(sketch.weightAbove(290)).isEqualTo(100);
  }

  @Test
  void shouldNotDependOnTheOrderOfMerges() {
    Random random = new Random(5);
    QuantileSketch added = new QuantileSketch();
    QuantileSketch merged = new QuantileSketch();
    for (int part = 0; part < 50; part++) {
      QuantileSketch some = new QuantileSketch();
      for (int i = 0; i < 7; i++) {
        double value = 100 + random.nextInt(20);
        added.add(value);
        some.add(value);
      }
      merged.merge(some);
    }

    assertThat(merged.weightAbove(110)).isEqualTo(added.weightAbove(110));
  }

  private static double above(double[] values, double limit) {
    double above = 0;
    for (double value : values) {
      above += value > limit ? 1 : 0;
    }
    return above;
  }
}
