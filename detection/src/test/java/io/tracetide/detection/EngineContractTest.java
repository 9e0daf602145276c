package io.tracetide.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every outlier engine must do. A test of an engine extends this class and creates the engine;
 * other modules find the class in the test jar of this one.
 */
public abstract class EngineContractTest {

  private static final EngineSettings SETTINGS = new EngineSettings(100, 256);
  private static final double[] USUAL = {10, 4, 0};
  private static final double[] ODD = {12, 3, 0};

  /** Name by which the engine is selected. */
  protected abstract String name();

  protected abstract OutlierEngine create(EngineSettings settings);

  @Test
  void shouldBeFoundByItsName() {
    assertThat(OutlierEngines.create(name(), SETTINGS)).hasSameClassAs(create(SETTINGS));
  }

  @Test
  void shouldScoreOddPointsAboveUsualOnes() {
    OutlierEngine.Model model = create(SETTINGS).fit(rows(), 42);

    assertThat(model.score(ODD)).isGreaterThan(0.6);
    assertThat(model.score(USUAL)).isLessThan(0.5);
  }

  @Test
  void shouldSeeAChangeOfAFeatureThatWasConstant() {
    OutlierEngine.Model model = create(SETTINGS).fit(rows(), 42);

    assertThat(model.score(new double[] {10, 4, 3})).isGreaterThan(model.score(USUAL) + 0.1);
  }

  @Test
  void shouldScoreEveryPointBetweenZeroAndOne() {
    OutlierEngine.Model model = create(SETTINGS).fit(rows(), 42);

    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      double[] point = random.doubles(3, -100, 100).toArray();
      assertThat(model.score(point)).isBetween(0.0, 1.0);
    }
  }

  @Test
  void shouldFitTheSameModelFromTheSameRowsAndSeed() {
    OutlierEngine engine = create(SETTINGS);
    double first = engine.fit(rows(), 42).score(ODD);
    engine.fit(rows(), 7);

    assertThat(engine.fit(rows(), 42).score(ODD)).isEqualTo(first);
    assertThat(create(SETTINGS).fit(rows(), 42).score(ODD)).isEqualTo(first);
    assertThat(engine.fit(rows(), 43).score(ODD)).isNotEqualTo(first);
  }

  @Test
  void shouldFitTheSameModelOnThreadsThatFitAtTheSameTime() throws Exception {
    OutlierEngine engine = create(SETTINGS);
    double alone = engine.fit(rows(), 42).score(ODD);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Double>> tasks =
          IntStream.range(0, 12)
              .<Callable<Double>>mapToObj(i -> () -> engine.fit(rows(), 42).score(ODD))
              .toList();
      for (Future<Double> fitted : threads.invokeAll(tasks)) {
        assertThat(fitted.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldLeaveTheRowsAsTheyWere() {
    double[][] rows = rows();
    double[][] order = rows.clone();

    create(SETTINGS).fit(rows, 42);

    assertThat(rows).isDeepEqualTo(rows());
    assertThat(Arrays.equals(rows, order)).as("same rows in the same order").isTrue();
  }

  @Test
  void shouldAcceptRowsThatAreAllTheSame() {
    double[][] rows = new double[300][];
    Arrays.fill(rows, new double[] {5, 3, 0});

    OutlierEngine.Model model = create(SETTINGS).fit(rows, 42);

    assertThat(model.score(new double[] {9, 3, 0})).isBetween(0.0, 1.0);
  }

  @Test
  void shouldAcceptFewerRowsThanASubsample() {
    double[][] rows = Arrays.copyOf(rows(), 12);

    assertThat(create(SETTINGS).fit(rows, 42).score(ODD)).isBetween(0.0, 1.0);
  }

  /** Training rows: two features with noise, and one that is constant. */
  protected static double[][] rows() {
    Random random = new Random(7);
    double[][] rows = new double[720][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[] {10 + 0.1 * random.nextGaussian(), 4 + 0.1 * random.nextGaussian(), 0};
    }
    return rows;
  }
}
