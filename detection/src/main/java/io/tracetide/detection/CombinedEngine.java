package io.tracetide.detection;

import java.util.List;
import java.util.stream.Collectors;

/** Several engines as one: the score is the geometric mean of their scores. */
final class CombinedEngine implements OutlierEngine {

  /** Between the names of the engines. */
  static final String SEPARATOR = "+";

  private final List<OutlierEngine> engines;

  CombinedEngine(List<OutlierEngine> engines) {
    this.engines = List.copyOf(engines);
  }

  @Override
  public String name() {
    return engines.stream().map(OutlierEngine::name).collect(Collectors.joining(SEPARATOR));
  }

  @Override
  public Model fit(double[][] rows, EngineSettings settings, long seed) {
    List<Model> models = engines.stream().map(engine -> engine.fit(rows, settings, seed)).toList();
    return point -> {
      double product = 1;
      for (Model model : models) {
        product *= model.score(point);
      }
      return Math.pow(product, 1.0 / models.size());
    };
  }
}
