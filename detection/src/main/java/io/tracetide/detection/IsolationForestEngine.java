package io.tracetide.detection;

/** Fits {@link IsolationForest}s. */
public final class IsolationForestEngine implements OutlierEngine {

  /** Name by which the engine is selected. */
  public static final String NAME = "isolation-forest";

  private final EngineSettings settings;

  public IsolationForestEngine(EngineSettings settings) {
    this.settings = settings;
  }

  @Override
  public Model fit(double[][] rows, long seed) {
    return IsolationForest.grow(rows, settings, seed);
  }

  /** Found by {@link java.util.ServiceLoader}. */
  public static final class Factory implements OutlierEngineFactory {

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public OutlierEngine create(EngineSettings settings) {
      return new IsolationForestEngine(settings);
    }
  }
}
