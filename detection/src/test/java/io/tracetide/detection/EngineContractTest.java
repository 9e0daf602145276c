package io.tracetide.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
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

  protected abstract OutlierEngine create();

  @Test
  void shouldBeFoundByItsName() {
    OutlierEngine engine = create();

    assertThat(OutlierEngines.named(engine.name())).hasSameClassAs(engine);
  }

  @Test
  void shouldScoreOddPointsAboveUsualOnes() {
    OutlierEngine.Model model = create().fit(rows(), SETTINGS, 42);

    assertThat(model.score(ODD)).isGreaterThan(0.6);
    assertThat(model.score(USUAL)).isLessThan(0.5);
  }

  @Test
  void shouldSeeAChangeOfAFeatureThatWasConstant() {
    OutlierEngine.Model model = create().fit(rows(), SETTINGS, 42);

    assertThat(model.score(new double[] {10, 4, 3})).isGreaterThan(model.score(USUAL) + 0.1);
  }

  @Test
  void shouldScoreEveryPointBetweenZeroAndOne() {
    OutlierEngine.Model model = create().fit(rows(), SETTINGS, 42);

    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      double[] point = random.doubles(3, -100, 100).toArray();
      assertThat(model.score(point)).isBetween(0.0, 1.0);
    }
  }

  @Test
  void shouldFitTheSameModelFromTheSameRowsAndSeed() {
    OutlierEngine engine = create();
    double first = engine.fit(rows(), SETTINGS, 42).score(ODD);
    engine.fit(rows(), SETTINGS, 7);

    assertThat(engine.fit(rows(), SETTINGS, 42).score(ODD)).isEqualTo(first);
    assertThat(create().fit(rows(), SETTINGS, 42).score(ODD)).isEqualTo(first);
    assertThat(engine.fit(rows(), SETTINGS, 43).score(ODD)).isNotEqualTo(first);
  }

  @Test
  void shouldFitTheSameModelOnThreadsThatFitAtTheSameTime() throws Exception {
    OutlierEngine engine = create();
    double alone = engine.fit(rows(), SETTINGS, 42).score(ODD);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Double>> tasks =
          IntStream.range(0, 12)
              .<Callable<Double>>mapToObj(i -> () -> engine.fit(rows(), SETTINGS, 42).score(ODD))
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

    create().fit(rows, SETTINGS, 42);

    assertThat(rows).isDeepEqualTo(rows());
    assertThat(Arrays.equals(rows, order)).as("same rows in the same order").isTrue();
  }

  @Test
  void shouldAcceptRowsThatAreAllTheSame() {
    double[][] rows = new double[300][];
    Arrays.fill(rows, new double[] {5, 3, 0});

    OutlierEngine.Model model = create().fit(rows, SETTINGS, 42);

    assertThat(model.score(new double[] {9, 3, 0})).isBetween(0.0, 1.0);
  }

  @Test
  void shouldAcceptFewerRowsThanASubsample() {
    double[][] rows = Arrays.copyOf(rows(), 12);

    assertThat(create().fit(rows, SETTINGS, 42).score(ODD)).isBetween(0.0, 1.0);
  }

  /** What explanations rely on: a feature explains a score that falls when it is usual. */
  @Test
  void shouldScoreLowerWhenTheOddFeatureIsReplacedByAUsualValue() {
    OutlierEngine.Model model = create().fit(rows(), SETTINGS, 42);
    double score = model.score(new double[] {12, 4.1, 0});

    double withoutOdd = score - model.score(new double[] {10, 4.1, 0});
    double withoutUsual = score - model.score(new double[] {12, 4, 0});

    assertThat(withoutOdd).isGreaterThan(0.1).isGreaterThan(2 * Math.abs(withoutUsual));
  }

  /** Ten times the measured cost, in time of the processor, so that other load has no effect. */
  @Test
  void shouldFitAndScoreWithinABudget() {
    OutlierEngine engine = create();
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    OutlierEngine.Model model = engine.fit(rows(), SETTINGS, 1);
    long begun = clock.getCurrentThreadCpuTime();
    for (int i = 0; i < 4; i++) {
      model = engine.fit(rows(), SETTINGS, i);
    }
    long fitted = clock.getCurrentThreadCpuTime();
    for (int i = 0; i < 2_000; i++) {
      model.score(ODD);
    }
    long scored = clock.getCurrentThreadCpuTime();

    assertThat((fitted - begun) / 4e6).as("milliseconds of a fit").isLessThan(400);
    assertThat((scored - fitted) / 2e6).as("microseconds of a score").isLessThan(300);
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
