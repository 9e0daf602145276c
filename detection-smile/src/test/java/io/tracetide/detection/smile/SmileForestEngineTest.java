package io.tracetide.detection.smile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.detection.EngineContractTest;
import io.tracetide.detection.EngineSettings;
import io.tracetide.detection.IsolationForestEngine;
import io.tracetide.detection.OutlierEngine;
import java.util.Random;
import org.junit.jupiter.api.Test;
import smile.stat.distribution.GaussianDistribution;

class SmileForestEngineTest extends EngineContractTest {

  private static final EngineSettings SETTINGS = new EngineSettings(100, 256);

  @Override
  protected OutlierEngine create() {
    return new SmileForestEngine();
  }

  @Test
  void shouldFitTheSameModelWhateverWasDrawnBefore() {
    OutlierEngine engine = new SmileForestEngine();
    double[] odd = {12, 3, 0};
    double first = engine.fit(rows(), SETTINGS, 42).score(odd);
    GaussianDistribution.getInstance().rand();

    assertThat(engine.fit(rows(), SETTINGS, 42).score(odd)).isEqualTo(first);
  }

  @Test
  void shouldScoreAsTheDefaultEngineDoesOnAverage() {
    OutlierEngine smile = new SmileForestEngine();
    OutlierEngine own = new IsolationForestEngine();
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      double[] point = {
        10 + random.nextGaussian(), 4 + 0.3 * random.nextGaussian(), i % 4 == 0 ? 1 : 0
      };
      assertThat(meanScore(own, point)).isCloseTo(meanScore(smile, point), within(0.01));
    }
  }

  private static double meanScore(OutlierEngine engine, double[] point) {
    double sum = 0;
    for (int seed = 0; seed < 30; seed++) {
      sum += engine.fit(rows(), SETTINGS, seed).score(point);
    }
    return sum / 30;
  }
}
