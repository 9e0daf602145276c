package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.window.SeriesId;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import smile.stat.distribution.GaussianDistribution;

class IsolationForestsTest {

  private static final SeriesId SERIES = SeriesId.ofOperation("t", "s", "o");
  private static final double[] ODD = {12, 3, 0};

  @Test
  void shouldScoreOddWindowsAboveUsualOnes() {
    IsolationForests forests = new IsolationForests(100, 256, 4);
    double[][] rows = rows();

    double odd = forests.score(SERIES, 1, 42, () -> rows, ODD);
    double usual = forests.score(SERIES, 1, 42, () -> rows, new double[] {10, 4, 0});

    assertThat(odd).isGreaterThan(0.6);
    assertThat(usual).isLessThan(0.5);
  }

  @Test
  void shouldGrowTheSameForestWhateverWasDrawnBefore() {
    double first = grow(42);
    GaussianDistribution.getInstance().rand();
    double second = grow(42);

    assertThat(second).isEqualTo(first);
    assertThat(grow(43)).isNotEqualTo(first);
  }

  @Test
  void shouldGrowTheSameForestOnThreadsThatGrowAtTheSameTime() throws Exception {
    double alone = grow(42);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Double>> tasks =
          IntStream.range(0, 12).<Callable<Double>>mapToObj(i -> () -> grow(42)).toList();
      for (Future<Double> grown : threads.invokeAll(tasks)) {
        assertThat(grown.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldBearRowsThatAreAllTheSame() {
    double[][] rows = new double[300][];
    java.util.Arrays.fill(rows, new double[] {5, 3, 0});
    IsolationForests forests = new IsolationForests(100, 256, 4);

    assertThat(forests.score(SERIES, 1, 42, () -> rows, new double[] {9, 3, 0}))
        .isBetween(0.0, 1.0);
  }

  private static double grow(long seed) {
    return new IsolationForests(100, 256, 4)
        .score(SERIES, 1, seed, IsolationForestsTest::rows, ODD);
  }

  private static double[][] rows() {
    Random random = new Random(7);
    double[][] rows = new double[720][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[] {10 + 0.1 * random.nextGaussian(), 4 + 0.1 * random.nextGaussian(), 0};
    }
    return rows;
  }
}
