package io.tracetide.detection.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelCalibrationTest {
  private static final int SERIES = 50;
  private static final int WINDOWS = 4_000;

  /**
   * Deviations by chance with a mean excess of a tenth of a threshold, and large ones.
   *
   * @param large one in so many windows
   */
  private static ChannelCalibration calibration(int large) {
    ChannelCalibration calibration = new ChannelCalibration(CalibrationPrior.throughput());
    Random random = new Random(4);
    for (int w = 0; w < WINDOWS; w++) {
      if (w % 5 == 0) {
        calibration.deviated(0.5 - 0.1 * Math.log(1 - random.nextDouble()));
      }
      if (w % large == 0) {
        calibration.deviated(1 + 2 * random.nextDouble());
      }
      double evidence = 0.5 + 3 * random.nextDouble();
      calibration.responded(
          new double[] {
            0.6 * evidence, evidence, evidence, evidence, 1.2 * evidence, 1.2 * evidence
          });
      calibration.advance(w, SERIES);
    }
    return calibration;
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void shouldExtrapolateTheDeviationsByChance(double power) {
    ChanceTail tail = new ChanceTail(power);
    Random random = new Random(7);
    double rate = 7;
    int beyond = 0;
    for (int i = 0; i < 200_000; i++) {
      double height =
          Math.pow(Math.pow(0.5, power) - Math.log(1 - random.nextDouble()) / rate, 1 / power);
      tail.add(height);
      beyond += height > 1 ? 1 : 0;
    }

    assertThat(beyond).isGreaterThan(500);
    assertThat(tail.expectedAboveThreshold()).isCloseTo(beyond, within(0.1 * beyond));
    assertThat(tail.aboveThreshold()).isEqualTo(beyond);
    assertThat(tail.scale()).isCloseTo(1 / (rate * power), within(0.01));
  }

  @Test
  void shouldNotExtrapolateFromLargeDeviations() {
    ChanceTail usual = new ChanceTail(1);
    ChanceTail faulty = new ChanceTail(1);
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      double height = 0.5 - 0.1 * Math.log(1 - random.nextDouble());
      usual.add(height);
      faulty.add(height);
      faulty.add(1 + 2 * random.nextDouble());
    }

    assertThat(faulty.expectedAboveThreshold())
        .isCloseTo(usual.expectedAboveThreshold(), within(1e-9));
  }

  @Test
  void shouldNotFallWithTheEvidence() {
    ChannelCalibration calibration = calibration(100);
    for (int duration = 2; duration <= 6; duration++) {
      double before = 0;
      for (double sum = 2; sum <= 18; sum += 0.1) {
        double confidence = calibration.confidence(sum, duration, 0);
        assertThat(confidence).isBetween(before, 1.0);
        before = confidence;
      }
      assertThat(before).as("after %d windows", duration).isGreaterThan(0.9);
    }
    assertThat(calibration.confidence(2.5, 6, 0)).isLessThan(0.3);
  }

  @Test
  void shouldDoubtADeviationThatDidNotGrow() {
    ChannelCalibration calibration = calibration(100);

    assertThat(calibration.confidence(3, 6, 0)).isLessThan(calibration.confidence(3, 2, 0) / 2);
  }

  @Test
  void shouldDoubtSeriesThatOftenDeviate() {
    ChannelCalibration calibration = calibration(100);

    assertThat(calibration.confidence(8, 6, 4)).isLessThan(calibration.confidence(8, 6, 0) - 0.2);
  }

  @Test
  void shouldTrustSmallDeviationsMoreWhereFaultsAreFrequent() {
    assertThat(calibration(20).confidence(3, 2, 0))
        .isGreaterThan(calibration(2_000).confidence(3, 2, 0) + 0.2);
  }

  @Test
  void shouldBeCalibratedOnceThereAreEnoughDeviationsAndShifts() {
    ChannelCalibration calibration = new ChannelCalibration(CalibrationPrior.errors());
    for (int w = 0; w < 40; w++) {
      calibration.deviated(0.6);
      calibration.responded(new double[] {2, 2, 2, 2, 2, 2});
      calibration.advance(w, SERIES);
    }
    assertThat(calibration.calibratedSince()).isEqualTo(Long.MAX_VALUE);
    for (int w = 40; w < 60; w++) {
      calibration.responded(new double[] {0.1, 0.1, 0.1, 0.1, 0.1, 0.1});
      calibration.advance(w, SERIES);
    }
    assertThat(calibration.calibratedSince()).isBetween(50L, 52L);
    assertThat(calibration.detectedShare()).isCloseTo(40.0 / 60, within(0.01));
  }

  @Test
  void shouldContinueFromItsBytes() throws IOException {
    ChannelCalibration calibration = calibration(100);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    calibration.write(new DataOutputStream(bytes));
    ChannelCalibration restored = new ChannelCalibration(CalibrationPrior.throughput());
    restored.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    assertThat(bytes.size()).isLessThan(1_024);
    assertThat(restored.calibratedSince()).isEqualTo(calibration.calibratedSince());
    assertThat(restored.chanceRate()).isEqualTo(calibration.chanceRate());
    assertThat(restored.confidence(3, 3, 1)).isEqualTo(calibration.confidence(3, 3, 1));
  }

  @Test
  void shouldRefuseAPriorThatIsNotPositive() {
    assertThatThrownBy(() -> new CalibrationPrior(0, 0.01, 50, 0.1, 2, 10, 1))
        .hasMessageContaining("faultRate");
  }
}
