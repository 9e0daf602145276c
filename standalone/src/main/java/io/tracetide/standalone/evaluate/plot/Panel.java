package io.tracetide.standalone.evaluate.plot;

import io.tracetide.standalone.evaluate.ExpectedBands;
import java.util.Arrays;

/**
 * One measure of a series, window by window.
 *
 * @param channel channel of the episodes that are drawn in it
 * @param title what is drawn, with its unit
 * @param logarithmic whether the axis is logarithmic; values that are not above 0 are left out
 * @param first number of the first window
 * @param observed value of each window; NaN where there is none
 * @param band expected band; without windows when it is not known
 */
@SuppressWarnings("ArrayRecordComponent") // Panels are never compared.
record Panel(
    String channel,
    String title,
    boolean logarithmic,
    long first,
    double[] observed,
    ExpectedBands.Track band) {

  /** Factors by which the axis extends beyond the values. */
  private static final double MARGIN = 1.08;

  private static final double LOGARITHMIC_MARGIN = 1.3;

  /** The ends of an axis. */
  record Axis(double low, double high, boolean logarithmic) {

    /** Where a value is: 0 at the low end, 1 at the high end; values beyond are at the ends. */
    double share(double value) {
      double share =
          logarithmic
              ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
              : (value - low) / (high - low);
      return Math.max(0, Math.min(1, share));
    }

    double middle() {
      return logarithmic ? Math.sqrt(low * high) : (low + high) / 2;
    }
  }

  /** Axis that fits all observed and expected values; ends of the band may be cut off. */
  Axis axis() {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (double value : observed) {
      if (value > 0) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    for (float value : band.expected()) {
      if (value > 0) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (high == 0) {
      return new Axis(logarithmic ? 0.1 : 0, 1, logarithmic);
    }
    return logarithmic
        ? new Axis(low / LOGARITHMIC_MARGIN, high * LOGARITHMIC_MARGIN, true)
        : new Axis(0, high * MARGIN, false);
  }

  /** Least and greatest value of windows; NaN when there is none. */
  static double[] range(double[] values, int from, int to) {
    double[] range = {Double.NaN, Double.NaN};
    for (int i = from; i < to; i++) {
      if (!Double.isNaN(values[i])) {
        range[0] = Double.isNaN(range[0]) ? values[i] : Math.min(range[0], values[i]);
        range[1] = Double.isNaN(range[1]) ? values[i] : Math.max(range[1], values[i]);
      }
    }
    return range;
  }

  /** A value of the band for each window, as far as it is known. */
  double[] byWindow(float[] values) {
    double[] all = new double[observed.length];
    Arrays.fill(all, Double.NaN);
    for (int i = 0; i < values.length; i++) {
      long at = band.first() + i - first;
      if (at >= 0 && at < all.length) {
        all[(int) at] = values[i];
      }
    }
    return all;
  }
}
