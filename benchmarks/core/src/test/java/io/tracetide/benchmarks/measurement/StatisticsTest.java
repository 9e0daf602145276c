package io.tracetide.benchmarks.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void shouldIncludeTheTailInPercentiles() {
    Percentiles values =
        new Percentiles(IntStream.rangeClosed(1, 50).mapToObj(i -> (double) i).toList());

    assertThat(values.at(0.5)).isEqualTo(25);
    assertThat(values.at(0.99)).isEqualTo(50);
    assertThat(values.max()).isEqualTo(50);
    assertThat(new Percentiles(List.of()).at(0.5)).isNaN();
  }

  @Test
  void shouldFitALine() {
    Slope slope = new Slope();
    for (int x = 0; x < 10; x++) {
      slope.add(x, 5 + 0.25 * x);
    }

    assertThat(slope.perX()).isCloseTo(0.25, within(1e-9));
    assertThat(new Slope().perX()).isNaN();
  }
}
