package io.tracetide.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SequentialSumsTest {
  private final double[] scratch = new double[TailScale.CAPACITY];

  private SequentialSums afterNoise() {
    SequentialSums sums = new SequentialSums(0.1);
    Random random = new Random(5);
    for (int i = 0; i < 480; i++) {
      sums.add(random.nextGaussian(), 1);
      sums.learn(scratch);
    }
    return sums;
  }

  @Test
  void shouldHaveNoEvidenceBeforeSixtyValues() {
    SequentialSums sums = new SequentialSums(0.1);
    for (int i = 0; i < 59; i++) {
      assertThat(sums.add(i % 2 == 0 ? 1 : -1, 1)).isZero();
      sums.learn(scratch);
    }
    assertThat(sums.add(100, 1)).isZero();
  }

  @Test
  void shouldGrowWithTheRootOfTheLengthOfAShift() {
    SequentialSums sums = afterNoise();
    double last = 0;
    for (int i = 0; i < 5; i++) {
      last = sums.add(3, 1);
    }

    assertThat(last).isCloseTo(3 * Math.sqrt(5), within(1.5));
    assertThat(sums.bestLength()).isEqualTo(5);
  }

  @Test
  void shouldFindASingleLargeValueAtOnce() {
    SequentialSums sums = afterNoise();

    assertThat(sums.add(-8, -1)).isCloseTo(8, within(1.5));
    assertThat(sums.bestLength()).isEqualTo(1);
  }

  @Test
  void shouldLimitWhatASingleValueCountsFor() {
    SequentialSums sums = afterNoise();

    assertThat(sums.add(1e9, 1)).isCloseTo(12, within(1e-9));
  }

  @Test
  void shouldNotLearnUnlessAskedTo() {
    SequentialSums sums = afterNoise();
    double first = 0;
    for (int i = 0; i < 600; i++) {
      first = sums.add(5, 1);
    }

    assertThat(first).isGreaterThan(9);
  }
}
