package io.tracetide.detection;

/**
 * Fits models that score how unusual a point is. An engine has no state, so it is safe for use by
 * several threads at once. A model is a pure function of the rows, the settings and the seed, so it
 * need not be stored.
 *
 * <p>Engines are found by {@link java.util.ServiceLoader}, so they have a public constructor
 * without parameters.
 */
public interface OutlierEngine {

  /** Name by which the engine is selected; unique on a class path. */
  String name();

  /**
   * Fits a model.
   *
   * @param rows training points of equal length, at least two; not modified
   * @param seed the same rows, settings and seed give a model with the same scores on every machine
   */
  Model fit(double[][] rows, EngineSettings settings, long seed);

  /** A fitted model; immutable. */
  interface Model {

    /** Score from 0 (usual) to 1 (unusual); about 0.5 for a point like most training rows. */
    double score(double[] point);
  }
}
