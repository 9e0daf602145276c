package io.tracetide.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RobustStatisticsTest {

  @Test
  void shouldScaleByTheMedianAbsoluteDeviation() {
    // Median 5; deviations 4 3 2 1 0 1 2 3 95, of which the median is 2; (100 - 1) / 3.29 = 30.09.
    double[] values = {1, 2, 3, 4, 5, 6, 7, 8, 100};
    Spread spread = new Spread();

    RobustStatistics.measure(values, 9, 0.05, spread);

    assertThat(spread.center()).isEqualTo(5);
    assertThat(spread.scale()).isEqualTo(99 / 3.29);
  }

  @Test
  void shouldIgnoreASingleOutlierOfMany() {
    double[] values = new double[101];
    for (int i = 0; i < 100; i++) {
      values[i] = i % 5;
    }
    values[100] = 1e6;
    Spread spread = new Spread();

    RobustStatistics.measure(values, 101, 0.05, spread);

    // The deviations from 2 are 0, 1 and 2; their median is 1.
    assertThat(spread.center()).isEqualTo(2);
    assertThat(spread.scale()).isCloseTo(1.4826, within(1e-9));
    assertThat(spread.z(5.9652)).isCloseTo(3.9652 / 1.4826, within(1e-9));
  }

  @Test
  void shouldNotScaleBelowTheFloor() {
    Spread spread = new Spread();

    RobustStatistics.measure(new double[] {3, 3, 3, 3}, 4, 0.05, spread);

    assertThat(spread.scale()).isEqualTo(0.05);
  }

  @Test
  void shouldGiveNoDeviationBeforeAnythingIsKnown() {
    assertThat(new Spread().z(17)).isZero();
  }

  @Property(tries = 300)
  void shouldSelectWhatSortingSelects(
      @ForAll @Size(min = 1, max = 300) double[] values,
      @ForAll @DoubleRange(min = 0, max = 1) double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);

    double selected = RobustStatistics.quantile(values.clone(), values.length, q);

    assertThat(selected).isEqualTo(sorted[(int) Math.round(q * (values.length - 1))]);
  }
}
