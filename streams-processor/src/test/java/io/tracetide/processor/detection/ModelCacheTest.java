package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.detection.OutlierEngine;
import io.tracetide.processor.window.SeriesId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelCacheTest {

  private final List<Long> fitted = new ArrayList<>();
  private final ModelCache models =
      new ModelCache(
          new OutlierEngine() {
            @Override
            public Model fit(double[][] rows, long seed) {
              fitted.add(seed);
              return point -> 0.5;
            }
          },
          2);

  @Test
  void shouldFitOnceForASeriesAndEpoch() {
    get("a", 1, 10);
    get("a", 1, 10);
    get("a", 2, 11);

    assertThat(fitted).containsExactly(10L, 11L);
  }

  @Test
  void shouldFitAgainWhatWasForgottenOrEvicted() {
    get("a", 1, 10);
    models.forget(series("a"));
    get("a", 1, 10);
    get("b", 1, 20);
    get("c", 1, 30);
    get("a", 1, 10);

    assertThat(fitted).containsExactly(10L, 10L, 20L, 30L, 10L);
  }

  private void get(String operation, long epoch, long seed) {
    models.get(series(operation), epoch, seed, () -> new double[2][3]);
  }

  private static SeriesId series(String operation) {
    return SeriesId.ofOperation("acme", "checkout", operation);
  }
}
