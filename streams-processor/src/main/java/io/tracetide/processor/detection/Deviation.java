package io.tracetide.processor.detection;

/**
 * The distance of a feature of one window from its usual value.
 *
 * @param feature the feature
 * @param observed its value on the scale of the band
 * @param band the usual range
 * @param evidence distance in scales that counts against the window, never negative
 */
record Deviation(Feature feature, double observed, RobustBand band, double evidence) {

  boolean isRise() {
    return observed >= band.median();
  }
}
