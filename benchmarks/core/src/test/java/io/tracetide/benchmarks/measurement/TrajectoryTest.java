package io.tracetide.benchmarks.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrajectoryTest {
  private static final long SECOND = 1_000_000_000L;

  private static Trajectory run() {
    Trajectory run = new Trajectory();
    run.add(new Sample(10 * SECOND, 0, 2));
    run.add(new Sample(11 * SECOND, 0, 4));
    run.add(new Sample(12 * SECOND, 500, 6));
    run.add(new Sample(13 * SECOND, 1_000, 7));
    run.add(new Sample(14 * SECOND, 1_000, 7.5));
    return run;
  }

  @Test
  void shouldReadALineOfAChild() {
    assertThat(Sample.parse("progress events=12 cpuSeconds=3.250", 7))
        .hasValue(new Sample(7, 12, 3.25));
    assertThat(Sample.parse("finished events=12 cpuSeconds=3.250", 7)).isPresent();
    assertThat(Sample.parse("listening url=http://127.0.0.1:1", 7)).isEmpty();
    assertThat(Sample.isEnd("finished events=12 cpuSeconds=3.250")).isTrue();
    assertThat(Sample.isEnd("progress events=12 cpuSeconds=3.250")).isFalse();
  }

  @Test
  void shouldInterpolateBetweenSamples() {
    assertThat(run().cpuSecondsAt(250)).isCloseTo(5, within(1e-9));
    assertThat(run().cpuSecondsAt(750)).isCloseTo(6.5, within(1e-9));
    assertThat(run().nanosAt(250)).isCloseTo(11.5 * SECOND, within(1.0));
    assertThat(run().cpuSecondsAtNanos(13.5 * SECOND)).isCloseTo(7.25, within(1e-9));
  }

  @Test
  void shouldUseTheFirstAndTheLastSampleOutsideTheirRange() {
    assertThat(run().cpuSecondsAt(0)).isEqualTo(2);
    assertThat(run().cpuSecondsAt(2_000)).isEqualTo(7.5);
    assertThat(run().cpuSecondsAtNanos(99.0 * SECOND)).isEqualTo(7.5);
    assertThat(run().events()).isEqualTo(1_000);
  }

  @Test
  void shouldUseTheFirstTimeOfACount() {
    assertThat(run().nanosAt(1_000)).isEqualTo(13.0 * SECOND);
  }

  @Test
  void shouldRefuseToGuessWithoutSamples() {
    assertThatThrownBy(() -> new Trajectory().cpuSecondsAt(1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldMeasureTheLastThreeQuartersUntilTheLastAnswer() {
    SteadyState steady = SteadyState.of(run(), 1_000, 14.0 * SECOND);

    // From 250 events at 5 s of processor time to the last answer at 7.5 s.
    assertThat(steady.cpuSecondsPerMillion()).isCloseTo(2.5 / 750 * 1e6, within(1e-6));
    assertThat(steady.eventsPerSecond()).isCloseTo(750 / 1.5, within(1e-6));
  }

  @Test
  void shouldTakeTheMedian() {
    assertThat(Medians.median(new double[] {3, 1, 2})).isEqualTo(2);
    assertThat(Medians.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
    assertThat(Medians.median(new double[0])).isNaN();
  }
}
