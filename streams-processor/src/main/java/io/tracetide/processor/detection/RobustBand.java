package io.tracetide.processor.detection;

import java.util.Arrays;

/**
 * The usual range of a feature: a median and a scale that are robust against a few outliers.
 *
 * <p>The scale is the greatest of 1.4826 times the median absolute deviation, of a third of the
 * span from the 5th to the 95th percentile ({@code /3.29}: both equal the standard deviation for
 * normal data, the second also covers a feature that is constant most of the time), and of a floor
 * below which a change is of no interest. A scale learned from few windows is imprecise, so it is
 * widened by {@code sqrt(1 + 16/n)}: by 1.9 at 6 windows, 1.5 at 12, 1.03 at 240.
 *
 * @param median usual value
 * @param scale usual distance from it; NaN without training windows
 */
record RobustBand(double median, double scale) {

  private static final double MAD_TO_DEVIATION = 1.4826;
  private static final double SPAN_TO_DEVIATION = 3.29;
  private static final double FEW_WINDOWS = 16;

  /** An unknown band: no value deviates from it. */
  static final RobustBand UNKNOWN = new RobustBand(Double.NaN, Double.NaN);

  /** Computes the band of the first {@code n} values, which are sorted. Cost: two sorts. */
  static RobustBand of(float[] values, int n, double floor) {
    if (n == 0) {
      return UNKNOWN;
    }
    Arrays.sort(values, 0, n);
    double median = quantile(values, n, 0.5);
    double span = quantile(values, n, 0.95) - quantile(values, n, 0.05);
    for (int i = 0; i < n; i++) {
      values[i] = (float) Math.abs(values[i] - median);
    }
    Arrays.sort(values, 0, n);
    double deviation = MAD_TO_DEVIATION * quantile(values, n, 0.5);
    double scale = Math.max(Math.max(deviation, span / SPAN_TO_DEVIATION), floor);
    return new RobustBand(median, scale * Math.sqrt(1 + FEW_WINDOWS / n));
  }

  boolean isKnown() {
    return !Double.isNaN(scale);
  }

  /** Distance from the median in scales; 0 when the band or the value is unknown. */
  double deviation(double value) {
    double z = (value - median) / scale;
    return Double.isNaN(z) ? 0 : z;
  }

  RobustBand withScaleAtLeast(double floor) {
    return scale < floor ? new RobustBand(median, floor) : this;
  }

  /** The value that lies {@code scales} from the median. */
  double at(double scales) {
    return median + scales * scale;
  }

  private static double quantile(float[] sorted, int n, double q) {
    double rank = q * (n - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, n - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
