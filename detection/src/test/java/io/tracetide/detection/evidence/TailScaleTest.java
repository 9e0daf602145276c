package io.tracetide.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TailScaleTest {
  private final double[] scratch = new double[TailScale.CAPACITY];

  @Test
  void shouldBeOneForALightTail() {
    TailScale tail = new TailScale();
    for (int i = 0; i < 2_000; i++) {
      tail.add(i % 4, scratch);
    }

    assertThat(tail.scale()).isEqualTo(1);
  }

  @Test
  void shouldBeTheHighQuantileOverThree() {
    TailScale tail = new TailScale();
    for (int i = 0; i < 1_440; i++) {
      tail.add(i % 50 == 0 ? 9 : 1, scratch);
    }

    assertThat(tail.scale()).isCloseTo(3, within(1e-9));
  }

  @Test
  void shouldForgetWhatIsOlderThanItsHistory() {
    TailScale tail = new TailScale();
    for (int i = 0; i < 1_440; i++) {
      tail.add(9, scratch);
    }
    for (int i = 0; i < 1_440; i++) {
      tail.add(1, scratch);
    }

    assertThat(tail.scale()).isEqualTo(1);
  }
}
