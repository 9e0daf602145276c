package io.tracetide.processor.detection;

/**
 * How far a feature of one window lies from what is usual.
 *
 * @param feature what was measured
 * @param observed its value on the scale of the band
 * @param band what is usual
 * @param evidence distance in scales that counts against the window, never negative
 */
record Deviation(Feature feature, double observed, RobustBand band, double evidence) {

  boolean isRise() {
    return observed >= band.median();
  }
}
