package io.tracetide.processor.detection;

import io.tracetide.detection.EngineSettings;
import io.tracetide.detection.OutlierEngine;
import io.tracetide.processor.window.SeriesId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The models of the series that were scored last. A model is a pure function of its training rows
 * and its seed, so one that was evicted, or lost in a crash, is fitted again with the same scores.
 */
final class ModelCache {

  private final OutlierEngine engine;
  private final EngineSettings settings;
  private final Map<SeriesId, Fitted> latest;

  private record Fitted(long epoch, OutlierEngine.Model model) {}

  ModelCache(OutlierEngine engine, EngineSettings settings, int capacity) {
    this.engine = engine;
    this.settings = settings;
    this.latest =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<SeriesId, Fitted> eldest) {
            return size() > capacity;
          }
        };
  }

  /** The model of a series and epoch; fitted from {@code rows} when it is not cached. */
  OutlierEngine.Model get(SeriesId series, long epoch, long seed, Supplier<double[][]> rows) {
    Fitted fitted = latest.get(series);
    if (fitted == null || fitted.epoch() != epoch) {
      fitted = new Fitted(epoch, engine.fit(rows.get(), settings, seed));
      latest.put(series, fitted);
    }
    return fitted.model();
  }

  void forget(SeriesId series) {
    latest.remove(series);
  }
}
