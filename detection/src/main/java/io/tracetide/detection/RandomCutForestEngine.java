package io.tracetide.detection;

/** Fits {@link RandomCutForest}s. */
public final class RandomCutForestEngine implements OutlierEngine {

  /** Name by which the engine is selected. */
  public static final String NAME = "random-cut-forest";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Model fit(double[][] rows, EngineSettings settings, long seed) {
    return RandomCutForest.grow(rows, settings, seed);
  }
}
