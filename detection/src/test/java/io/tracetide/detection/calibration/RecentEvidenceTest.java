package io.tracetide.detection.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RecentEvidenceTest {
  private final RecentEvidence recent = new RecentEvidence();

  private void add(double... evidence) {
    for (double each : evidence) {
      recent.add(each);
    }
  }

  @Test
  void shouldBeginADeviationWithTwoWindowsOfThree() {
    add(0, 2, 0);
    assertThat(recent.deviates()).isFalse();
    assertThat(recent.peak()).isZero();

    add(1.2);
    assertThat(recent.deviates()).isTrue();
    assertThat(recent.duration()).isEqualTo(2);
    assertThat(recent.peak()).isCloseTo(3.2, within(1e-6));
  }

  @Test
  void shouldSumSixWindowsOfAtMostThreeThresholds() {
    add(9, 9, 9, 9, 9, 9, 9, 1, 1);

    assertThat(recent.peak()).isEqualTo(18);
    assertThat(recent.duration()).isEqualTo(6);
  }

  @Test
  void shouldKnowTheWholeDurationOnceADeviationIsOver() {
    add(1.5, 1.5);
    assertThat(recent.duration()).isEqualTo(2);

    add(0);
    assertThat(recent.duration()).isEqualTo(3);
    add(0);
    assertThat(recent.duration()).isEqualTo(6);
    assertThat(recent.peak()).isEqualTo(3);
  }

  @Test
  void shouldEndADeviationAfterSixWindowsAndRememberTheEpisode() {
    add(1.5, 1.2, 0, 0, 0, 0, 0);
    assertThat(recent.ended()).isZero();
    assertThat(recent.earlier()).isZero();

    add(0);
    assertThat(recent.ended()).isCloseTo(1.2, within(1e-6));
    assertThat(recent.earlier()).isEqualTo(1);
    assertThat(recent.deviates()).isFalse();

    add(0);
    assertThat(recent.ended()).isZero();
    for (int w = 0; w < 1_440; w++) {
      add(0);
    }
    assertThat(recent.earlier()).isCloseTo(Math.exp(-1), within(0.01));
  }

  @Test
  void shouldNotCountASmallDeviationAsAnEpisode() {
    add(0.7, 0.6, 0, 0, 0, 0, 0, 0);

    assertThat(recent.ended()).isCloseTo(0.6, within(1e-6));
    assertThat(recent.earlier()).isZero();
  }

  @Test
  void shouldContinueFromItsBytes() throws IOException {
    add(1.5, 1.2, 0, 0, 0, 0, 0, 0, 0.9, 0.9, 0.2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    recent.write(new DataOutputStream(bytes));
    RecentEvidence restored = new RecentEvidence();
    restored.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    for (double each : new double[] {1.4, 0, 2, 0, 0, 0, 0, 0, 0, 0}) {
      recent.add(each);
      restored.add(each);
      assertThat(restored.peak()).isEqualTo(recent.peak());
      assertThat(restored.duration()).isEqualTo(recent.duration());
      assertThat(restored.earlier()).isEqualTo(recent.earlier());
      assertThat(restored.ended()).isEqualTo(recent.ended());
    }
    assertThat(recent.earlier()).isGreaterThan(1);
  }
}
