package io.tracetide.detection.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How often series deviate by chance, from the heights of deviations that are too small for an
 * episode.
 *
 * <p>The number of deviations by chance that are higher than h falls as {@code exp(-a h^p)}, on all
 * systems that were measured: with p = 1 for latencies and counts, whose tails are heavy, and p = 2
 * for errors, whose evidence is about normally distributed. The rate a is fitted to the heights
 * from {@value #FROM} to 0.8, pooled over the series of a tenant, and extrapolated beyond 1. Faults
 * are few among so small deviations, and their heights are spread widely, so that the fit needs no
 * labels (an empirical null in the sense of Efron, JASA 2004).
 */
final class ChanceTail {
  /** Height of the smallest deviations that are counted. */
  static final float FROM = 0.5f;

  private static final double STEP = 0.1;

  /** Steps to which the rate is fitted. */
  private static final int FITTED = 3;

  /** Steps below the threshold; one more counts all deviations above it. */
  private static final int STEPS = 5;

  /** The fit begins with so many deviations, of which each step has this part of the one before. */
  private static final double PRIOR_WEIGHT = 10;

  private static final double PRIOR_RATIO = 0.38;

  /** Rates between which the maximum of the likelihood is sought, and halvings. */
  private static final double LEAST_RATE = 0.5;

  private static final double MOST_RATE = 60;
  private static final int HALVINGS = 40;

  private final double power;
  private final double[] counts = new double[STEPS + 1];

  /** The fitted rate; NaN after counts have changed. */
  private double rate = Double.NaN;

  /**
   * Starts without deviations.
   *
   * @param power the power p of the heights
   */
  ChanceTail(double power) {
    this.power = power;
  }

  void add(double height) {
    int step = (int) Math.floor((height - FROM) / STEP);
    counts[Math.max(0, Math.min(STEPS, step))]++;
    rate = Double.NaN;
  }

  void decay(double factor) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] *= factor;
    }
    rate = Double.NaN;
  }

  /** Deviations to which the rate is fitted. */
  double fitted() {
    double sum = 0;
    for (int i = 0; i < FITTED; i++) {
      sum += counts[i];
    }
    return sum;
  }

  /** Deviations above the threshold, by chance or not. */
  double aboveThreshold() {
    return counts[STEPS];
  }

  /** Expected number of deviations above the threshold by chance. */
  double expectedAboveThreshold() {
    double a = rate();
    return fitted() * survival(a, STEPS) / (1 - survival(a, FITTED));
  }

  /** Increase of the height, at the threshold, that divides the number of deviations by e. */
  double scale() {
    return 1 / (rate() * power);
  }

  private double rate() {
    if (Double.isNaN(rate)) {
      rate = fit();
    }
    return rate;
  }

  /**
   * The maximum of the likelihood of the counts. Its derivative falls with the rate: the mean of
   * {@code h^p} that is expected minus the observed one, both of grouped heights.
   */
  private double fit() {
    double prior = PRIOR_WEIGHT / (1 + PRIOR_RATIO + PRIOR_RATIO * PRIOR_RATIO);
    double[] observed = new double[FITTED];
    double all = 0;
    for (int i = 0; i < FITTED; i++) {
      observed[i] = counts[i] + prior * Math.pow(PRIOR_RATIO, i);
      all += observed[i];
    }
    double low = LEAST_RATE;
    double high = MOST_RATE;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (slope(middle, observed, all) > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Derivative of the logarithm of the likelihood by the rate. */
  private double slope(double a, double[] observed, double all) {
    double slope = 0;
    for (int i = 0; i < FITTED; i++) {
      double from = survival(a, i);
      double to = survival(a, i + 1);
      slope += observed[i] * (distance(i + 1) * to - distance(i) * from) / (from - to);
    }
    double end = survival(a, FITTED);
    return slope - all * distance(FITTED) * end / (1 - end);
  }

  /** Share of the deviations that are beyond so many steps. */
  private double survival(double a, int steps) {
    return Math.exp(-a * distance(steps));
  }

  private double distance(int steps) {
    return Math.pow(FROM + steps * STEP, power) - Math.pow(FROM, power);
  }

  void write(DataOutput out) throws IOException {
    for (double count : counts) {
      out.writeDouble(count);
    }
  }

  void read(DataInput in) throws IOException {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = in.readDouble();
    }
    rate = Double.NaN;
  }
}
