package io.tracetide.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IsolationForestEngineTest extends EngineContractTest {

  @Override
  protected OutlierEngine create() {
    return new IsolationForestEngine();
  }

  @Test
  void shouldBeTheDefault() {
    assertThat(OutlierEngines.named(OutlierEngines.DEFAULT))
        .isInstanceOf(IsolationForestEngine.class);
  }

  @Test
  void shouldNameTheEnginesThatThereAreWhenOneIsUnknown() {
    assertThatThrownBy(() -> OutlierEngines.named("oracle"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("oracle")
        .hasMessageContaining(IsolationForestEngine.NAME);
  }

  @Test
  void shouldRefuseToGrowFromOneRow() {
    OutlierEngine engine = new IsolationForestEngine();
    EngineSettings settings = new EngineSettings(10, 64);

    assertThatThrownBy(() -> engine.fit(new double[][] {{1, 2, 3}}, settings, 42))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
