package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RobustBandTest {

  @Test
  void shouldFindTheDeviationOfNormalData() {
    Random random = new Random(1);
    float[] values = new float[2_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (5 + 0.3 * random.nextGaussian());
    }

    RobustBand band = RobustBand.of(values, values.length, 0.01);

    assertThat(band.median()).isCloseTo(5, within(0.02));
    assertThat(band.scale()).isCloseTo(0.3, within(0.03));
  }

  @Test
  void shouldHardlyMoveForAFewWildValues() {
    float[] values = new float[100];
    for (int i = 0; i < 100; i++) {
      values[i] = i < 4 ? 1_000 : i % 10;
    }

    RobustBand band = RobustBand.of(values, 100, 0.01);

    assertThat(band.median()).isBetween(4.0, 6.0);
    assertThat(band.scale()).isLessThan(6);
  }

  @Test
  void shouldKeepToTheFloorWhenNothingVaries() {
    RobustBand band = RobustBand.of(new float[240], 240, 0.05);

    assertThat(band.scale()).isCloseTo(0.05, within(0.002));
    assertThat(band.deviation(0.5)).isGreaterThan(9);
  }

  @Test
  void shouldWidenWhenLearnedFromFewWindows() {
    assertThat(RobustBand.of(new float[6], 6, 0.05).scale()).isGreaterThan(0.09);
  }

  @Test
  void shouldFindNothingUnusualWithoutHistory() {
    assertThat(RobustBand.UNKNOWN.deviation(1e9)).isZero();
  }
}
