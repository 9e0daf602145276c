package io.tracetide.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RandomCutForestEngineTest extends EngineContractTest {

  @Override
  protected OutlierEngine create() {
    return new RandomCutForestEngine();
  }

  @Test
  void shouldScoreByDistance() {
    OutlierEngine.Model model = create().fit(rows(), new EngineSettings(100, 256), 42);

    double near = model.score(new double[] {10.6, 4, 0});
    double far = model.score(new double[] {12, 4, 0});
    double farther = model.score(new double[] {20, 4, 0});

    assertThat(near).isLessThan(far);
    assertThat(far).isLessThan(farther);
  }

  @Test
  void shouldRefuseToGrowFromOneRow() {
    OutlierEngine engine = create();
    EngineSettings settings = new EngineSettings(10, 64);

    assertThatThrownBy(() -> engine.fit(new double[][] {{1, 2, 3}}, settings, 42))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldBeFoundUnderANameWithUnderscores() {
    assertThat(OutlierEngines.named("random_cut_forest")).isInstanceOf(RandomCutForestEngine.class);
  }
}
