package io.tracetide.instrumentation.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.tracetide.schemas.HistogramData;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerBucketsTest {

  @Test
  void shouldCountEveryValueIntoTheBucketWhoseBoundIsTheNextOne() {
    TimerBuckets buckets = buckets(plain(), 1, 10, 100);
    for (double value : new double[] {0, 1, 1.5, 10, 99, 100, 101, 1e9}) {
      buckets.recordDouble(value);
    }

    HistogramData data = buckets.data(1);

    assertThat(data.getBounds()).containsExactly(1.0, 10.0, 100.0);
    assertThat(data.getCounts()).containsExactly(2L, 2L, 2L, 2L);
    assertThat(data.getSum()).isCloseTo(1e9 + 312.5, within(1e-6));
    assertThat(buckets.count()).isEqualTo(8);
  }

  @Test
  void shouldLeaveOutWhatIsNoNumber() {
    TimerBuckets buckets = buckets(plain(), 1);
    buckets.recordDouble(Double.NaN);
    buckets.recordDouble(Double.POSITIVE_INFINITY);

    assertThat(buckets.count()).isZero();
    assertThat(buckets.sum()).isZero();
  }

  @Test
  void shouldAddServiceLevelObjectivesToTheUsualBounds() {
    DistributionStatisticConfig slo =
        DistributionStatisticConfig.builder()
            .serviceLevelObjectives(50.0, 200.0)
            .build()
            .merge(plain());

    assertThat(buckets(slo, 1, 100).data(1).getBounds()).containsExactly(1.0, 50.0, 100.0, 200.0);
  }

  @Test
  void shouldHaveNoMoreBoundsThanASampleMayHaveAndKeepTheGreatest() {
    double[] many = new double[1_000];
    Arrays.setAll(many, i -> i + 1);

    List<Double> bounds = buckets(plain(), many).data(1).getBounds();

    assertThat(bounds).hasSize(TimerBuckets.MAX_BOUNDS).isSorted().doesNotHaveDuplicates();
    assertThat(bounds.get(bounds.size() - 1)).isEqualTo(1_000);
  }

  @Test
  void shouldUseTheBoundsOfAPercentileHistogramAlone() {
    DistributionStatisticConfig percentiles =
        DistributionStatisticConfig.builder()
            .percentilesHistogram(true)
            .minimumExpectedValue(1.0)
            .maximumExpectedValue(1e6)
            .build()
            .merge(plain());

    List<Double> bounds = buckets(percentiles, 0.125).data(1).getBounds();

    assertThat(bounds).hasSizeBetween(20, TimerBuckets.MAX_BOUNDS).doesNotContain(0.125).isSorted();
  }

  @Test
  void shouldHaveUsualBoundsAFactorOfTwoApart() {
    for (double[] bounds : List.of(TimerBuckets.DURATIONS, TimerBuckets.AMOUNTS)) {
      for (int i = 1; i < bounds.length; i++) {
        assertThat(bounds[i]).isEqualTo(2 * bounds[i - 1]);
      }
    }
    assertThat(TimerBuckets.DURATIONS[13]).isEqualTo(1e9);
  }

  private static DistributionStatisticConfig plain() {
    return DistributionStatisticConfig.DEFAULT;
  }

  private static TimerBuckets buckets(DistributionStatisticConfig config, double... usual) {
    return TimerBuckets.of(config, usual);
  }
}
