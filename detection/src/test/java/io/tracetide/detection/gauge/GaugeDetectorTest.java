package io.tracetide.detection.gauge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.detection.Direction;
import io.tracetide.detection.IsolationForestEngine;
import io.tracetide.detection.OutlierEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GaugeDetectorTest {
  private static final OutlierEngine ENGINE = new IsolationForestEngine();
  private static final GaugeSettings SETTINGS = GaugeSettings.defaults();
  private static final int DAY = 288;

  @Test
  void shouldHaveNoEvidenceWhileWarmingUp() {
    List<GaugeAssessment> assessments = run(detector(), samples(0, 200, 1));

    assertThat(assessments.subList(0, 120))
        .allSatisfy(
            one -> {
              assertThat(one.warmingUp()).isTrue();
              assertThat(one.evidence()).isZero();
            });
    assertThat(assessments.get(120).warmingUp()).isFalse();
  }

  @Test
  void shouldOpenAnEpisodeForAValueBeyondAllOthers() {
    GaugeDetector detector = detector();
    run(detector, samples(0, 3 * DAY, 1));

    GaugeAssessment spike = detector.assess(sample(3 * DAY, 300));

    assertThat(spike.opens()).isTrue();
    assertThat(spike.direction()).isEqualTo(Direction.UP);
    assertThat(spike.observed()).isEqualTo(300);
    assertThat(spike.high()).isLessThan(300);
    assertThat(spike.expected()).isBetween(20.0, 80.0);
    assertThat(spike.contributions().stream().mapToDouble(GaugeContribution::value).sum())
        .isCloseTo(spike.evidence(), within(1e-9));
  }

  @Test
  void shouldOpenOneEpisodeForAShiftThatLasts() {
    GaugeDetector detector = detector();
    run(detector, samples(0, 3 * DAY, 1));

    List<GaugeAssessment> shifted = new ArrayList<>();
    for (int i = 3 * DAY; i < 3 * DAY + 100; i++) {
      shifted.add(detector.assess(sample(i, usual(i, new Random(i)) - 60)));
    }

    assertThat(shifted.stream().filter(GaugeAssessment::opens).count()).isBetween(1L, 4L);
    assertThat(shifted.stream().filter(GaugeAssessment::opens))
        .allSatisfy(one -> assertThat(one.direction()).isEqualTo(Direction.DOWN));
  }

  @Test
  void shouldSeldomOpenEpisodesInNoise() {
    List<GaugeAssessment> assessments = run(detector(), samples(0, 8_000, 5));

    assertThat(assessments.stream().filter(GaugeAssessment::opens).count()).isLessThan(16);
  }

  @Test
  void shouldSeeAValueAtAnUnusualTimeOfDay() {
    GaugeDetector detector = detector();
    run(detector, samples(0, 6 * DAY, 1));

    double evidence = 0;
    for (int i = 0; i < 12; i++) {
      int window = 6 * DAY + i;
      // The level of the opposite time of day, at the trough, is within the usual values.
      double value = usual(window + DAY / 2, new Random(i));
      evidence = Math.max(evidence, detector.assess(sample(window, value)).evidence());
    }

    assertThat(evidence).isGreaterThan(SETTINGS.threshold());
  }

  @Test
  void shouldIgnoreWindowsWithoutAValue() {
    GaugeDetector detector = detector();
    run(detector, samples(0, 500, 1));
    byte[] before = detector.save();

    GaugeAssessment silent = detector.assess(sample(500, Double.NaN));

    assertThat(silent.evidence()).isZero();
    assertThat(silent.opens()).isFalse();
    assertThat(silent.expected()).isFinite();
    byte[] after = detector.save();
    assertThat(Arrays.copyOfRange(after, 9, after.length))
        .isEqualTo(Arrays.copyOfRange(before, 9, before.length));
  }

  @Test
  void shouldContinueFromASavedStateAsWithoutARestart() {
    List<GaugeSample> samples = samples(0, 2_500, 3);
    GaugeDetector undisturbed = detector();
    List<GaugeAssessment> expected = run(undisturbed, samples);

    GaugeDetector detector = detector();
    List<GaugeAssessment> found = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      if (i % 173 == 42) {
        detector = GaugeDetector.restore(ENGINE, SETTINGS, detector.save());
      }
      found.add(detector.assess(samples.get(i)));
    }

    assertThat(found).isEqualTo(expected);
    assertThat(detector.save()).isEqualTo(undisturbed.save());
  }

  @Test
  void shouldScoreTheSameAfterTheForestWasReleased() {
    GaugeDetector detector = detector();
    GaugeDetector other = detector();
    run(detector, samples(0, 450, 1));
    run(other, samples(0, 450, 1));

    other.releaseForest();

    assertThat(other.assess(sample(450, 90))).isEqualTo(detector.assess(sample(450, 90)));
  }

  @Test
  void shouldKeepItsStateWithin24KiB() {
    GaugeDetector detector = detector();
    run(detector, samples(0, 12_099, 1));

    assertThat(detector.save().length).isLessThanOrEqualTo(24 * 1_024);
  }

  @Test
  void shouldAcceptAConstantSeriesWithoutTimeOfDay() {
    GaugeDetector detector = detector();
    for (int i = 0; i < 400; i++) {
      GaugeAssessment one = detector.assess(new GaugeSample(i, 7, Double.NaN));
      assertThat(one.opens()).isFalse();
    }

    assertThat(detector.assess(new GaugeSample(400, 8, Double.NaN)).opens()).isTrue();
  }

  @Test
  void shouldRefuseWindowsOutOfOrderAndInvalidStates() {
    GaugeDetector detector = detector();
    detector.assess(sample(5, 1));

    assertThatThrownBy(() -> detector.assess(sample(5, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("window 5");
    byte[] state = detector.save();
    assertThatThrownBy(
            () -> GaugeDetector.restore(ENGINE, SETTINGS, Arrays.copyOf(state, state.length - 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static GaugeDetector detector() {
    return new GaugeDetector(ENGINE, SETTINGS);
  }

  private static List<GaugeAssessment> run(GaugeDetector detector, List<GaugeSample> samples) {
    return samples.stream().map(detector::assess).toList();
  }

  /** A daily cycle between 20 and 80 with noise. */
  private static List<GaugeSample> samples(int from, int to, long seed) {
    Random random = new Random(seed);
    List<GaugeSample> samples = new ArrayList<>();
    for (int i = from; i < to; i++) {
      samples.add(sample(i, usual(i, random)));
    }
    return samples;
  }

  private static double usual(int window, Random random) {
    return 50 + 30 * Math.sin(2 * Math.PI * window / DAY) + random.nextGaussian();
  }

  private static GaugeSample sample(int window, double value) {
    return new GaugeSample(window, value, (window % DAY) * 24.0 / DAY);
  }
}
