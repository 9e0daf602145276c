package io.tracetide.detection;

/**
 * Fits models that score how unusual a point is. An engine is safe for use by several threads at
 * once. A model is a pure function of the rows and the seed, so it need not be stored.
 */
public interface OutlierEngine {

  /**
   * Fits a model.
   *
   * @param rows training points of equal length, at least two; not modified
   * @param seed the same rows and seed give a model with the same scores on every machine
   */
  Model fit(double[][] rows, long seed);

  /** A fitted model; immutable. */
  interface Model {

    /** Score from 0 (usual) to 1 (unusual); about 0.5 for a point like most training rows. */
    double score(double[] point);
  }
}
