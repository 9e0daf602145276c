package io.tracetide.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CombinedEngineTest extends EngineContractTest {

  @Override
  protected OutlierEngine create() {
    return OutlierEngines.named("isolation_forest+random_cut_forest");
  }

  @Test
  void shouldScoreWithTheGeometricMeanOfItsEngines() {
    EngineSettings settings = new EngineSettings(100, 256);
    double[] point = {10.4, 4, 0};
    double product =
        new IsolationForestEngine().fit(rows(), settings, 42).score(point)
            * new RandomCutForestEngine().fit(rows(), settings, 42).score(point);

    assertThat(create().fit(rows(), settings, 42).score(point))
        .isCloseTo(Math.sqrt(product), within(1e-12));
  }

  @Test
  void shouldExistOnlyWhenAllItsEnginesExist() {
    assertThat(OutlierEngines.exists("isolation_forest+random_cut_forest")).isTrue();
    assertThat(OutlierEngines.exists("isolation_forest+oracle")).isFalse();
    assertThat(OutlierEngines.exists("")).isFalse();
  }
}
