package io.tracetide.processor.detection;

/**
 * A feature of a window and its usual range, in the unit of {@link Feature#key}.
 *
 * @param observed value in the window; NaN when there is none
 * @param usual usual value; NaN without a history
 * @param low lower end of the usual range
 * @param high upper end of the usual range
 * @param evidence how much it counts against the window, 0 or more
 */
public record FeatureRange(
    double observed, double usual, double low, double high, double evidence) {

  /** A value without a usual range. */
  public static FeatureRange unknown(double observed) {
    return new FeatureRange(observed, Double.NaN, Double.NaN, Double.NaN, 0);
  }

  boolean isKnown() {
    return !Double.isNaN(usual);
  }

  boolean isRise() {
    return observed >= usual;
  }
}
