package io.tracetide.processor.window.sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MeanLogTest {

  @Test
  void shouldBeExactForFewValuesInAnyOrder() {
    QuantileSketch up = new QuantileSketch();
    QuantileSketch down = new QuantileSketch();
    for (int i = 1; i <= 30; i++) {
      up.add(i * 1_000.0);
      down.add((31 - i) * 1_000.0);
    }
    assertThat(up.meanLog()).isEqualTo(down.meanLog());
    assertThat(new QuantileSketch().meanLog()).isNaN();
  }

  @Test
  void shouldBeWithinTheErrorOfTheBucketsForManyValues() {
    Random random = new Random(4);
    QuantileSketch sketch = new QuantileSketch();
    double sum = 0;
    for (int i = 0; i < 5_000; i++) {
      double log = 9 + random.nextGaussian();
      sketch.add(Math.exp(log));
      sum += log;
    }
    assertThat(sketch.meanLog()).isCloseTo(sum / 5_000, within(0.01));
  }

  @Test
  void shouldCountValuesBelowOneAsOneAndWeights() {
    QuantileSketch sketch = new QuantileSketch();
    sketch.add(0, 3);
    sketch.add(0.5, 2);
    sketch.add(Math.exp(10), 5);

    assertThat(sketch.meanLog()).isCloseTo(5, within(0.01));
  }
}
