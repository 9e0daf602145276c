package io.tracetide.detection;

/** Fits {@link IsolationForest}s. */
public final class IsolationForestEngine implements OutlierEngine {

  /** Name by which the engine is selected. */
  public static final String NAME = "isolation-forest";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Model fit(double[][] rows, EngineSettings settings, long seed) {
    return IsolationForest.grow(rows, settings, seed);
  }
}
