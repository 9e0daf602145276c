package io.tracetide.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IsolationForestEngineTest extends EngineContractTest {

  @Override
  protected String name() {
    return IsolationForestEngine.NAME;
  }

  @Override
  protected OutlierEngine create(EngineSettings settings) {
    return new IsolationForestEngine(settings);
  }

  @Test
  void shouldBeTheDefault() {
    assertThat(OutlierEngines.create(OutlierEngines.DEFAULT, new EngineSettings(10, 64)))
        .isInstanceOf(IsolationForestEngine.class);
  }

  @Test
  void shouldNameTheEnginesThatThereAreWhenOneIsUnknown() {
    assertThatThrownBy(() -> OutlierEngines.create("oracle", new EngineSettings(10, 64)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("oracle")
        .hasMessageContaining(IsolationForestEngine.NAME);
  }

  @Test
  void shouldRefuseToGrowFromOneRow() {
    OutlierEngine engine = new IsolationForestEngine(new EngineSettings(10, 64));

    assertThatThrownBy(() -> engine.fit(new double[][] {{1, 2, 3}}, 42))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
