package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How far the features of a window are from the last 240 windows of the series, as robust z. The
 * features are ln p50, ln p90, ln p95, the mean of ln duration, and ln(1 + count) minus the load of
 * the tenant.
 */
final class Features {
  static final int HISTORY = 240;

  /** Features of the duration; they come first. */
  static final int LATENCIES = 4;

  static final int P95 = 2;
  static final int MEAN_LOG = 3;
  static final int COUNT = 4;
  static final int SIZE = 5;

  private static final int LEAST = 20;
  private static final int REFRESH = 10;
  private static final double QUANTILE_FLOOR = 0.05;
  private static final double MEAN_FLOOR = 0.03;
  private static final double COUNT_FLOOR = 0.08;
  private static final double[] FLOORS = {
    QUANTILE_FLOOR, QUANTILE_FLOOR, QUANTILE_FLOOR, MEAN_FLOOR, COUNT_FLOOR
  };

  /** Quantiles of few spans are noisy: their z is damped by sqrt(n / (n + 8)). */
  private static final double DAMPING = 8;

  /** Standard deviations between the quantiles .1 and .9 of a normal distribution. */
  private static final double CENTRAL_80_TO_SIGMA = 2.56;

  private static final double WITHIN_FLOOR = 0.02;
  private static final double WITHIN_WEIGHT = 1.0 / 120;

  private final FloatRing[] histories = new FloatRing[SIZE];
  private final Spread[] spreads = new Spread[SIZE];

  /** Features of the latest window; an empty one keeps the latencies of the window before. */
  private final double[] values = new double[SIZE];

  /** Standard deviation of the mean of ln duration in a window of this size. */
  private double meanSigma = Double.POSITIVE_INFINITY;

  /** Averages of the variance of ln duration within windows, and of that of its mean. */
  private double withinVariance;

  private double meanVariance;
  private double latestWithin;
  private long latestCount;
  private double load;
  private int untilRefresh;
  private boolean latencyKnown;

  Features() {
    for (int i = 0; i < SIZE; i++) {
      histories[i] = new FloatRing(HISTORY);
      spreads[i] = new Spread();
    }
  }

  /**
   * Sets the z of a window; 0 for what has no history yet or no spans.
   *
   * @param newLoad load of the tenant in this window
   */
  void measure(WindowSample sample, double newLoad, double[] z) {
    latestCount = sample.hasDurations() ? sample.count() : 0;
    load = newLoad;
    values[COUNT] = Math.log1p(sample.traffic()) - load;
    z[COUNT] = spreads[COUNT].z(values[COUNT]) * countDamping();
    if (latestCount == 0) {
      for (int i = 0; i < LATENCIES; i++) {
        z[i] = 0;
      }
      return;
    }
    values[0] = log(sample.p50Micros());
    values[1] = log(sample.p90Micros());
    values[P95] = log(sample.p95Micros());
    values[MEAN_LOG] = sample.meanLogMicros();
    double within =
        Math.max((values[1] - log(sample.p10Micros())) / CENTRAL_80_TO_SIGMA, WITHIN_FLOOR);
    latestWithin = within * within;
    double damping = Math.sqrt(latestCount / (latestCount + DAMPING));
    for (int i = 0; i < MEAN_LOG; i++) {
      z[i] = spreads[i].z(values[i]) * damping;
    }
    meanSigma = meanSigma();
    z[MEAN_LOG] = (values[MEAN_LOG] - spreads[MEAN_LOG].center()) / meanSigma;
  }

  /**
   * The mean of n durations varies between windows by more than by chance: its variance is that
   * between windows plus that within a window divided by n.
   */
  private double meanSigma() {
    Spread spread = spreads[MEAN_LOG];
    double between = spread.scale() * spread.scale() - meanVariance;
    double within = Math.max(withinVariance, latestWithin / 4);
    return Math.sqrt(
        Math.max(between, MEAN_FLOOR * MEAN_FLOOR) + within / Math.max(1, latestCount));
  }

  /** The fewer spans are expected, the more their number varies by chance. */
  private double countDamping() {
    return Math.exp(Math.min(0, load) / 2);
  }

  /** Usual count under the usual load, plus 1. */
  double usualCount() {
    return Math.exp(spreads[COUNT].center());
  }

  /** ln(1 + count) of a window minus the usual value. */
  double logRatio(WindowSample sample) {
    return Math.log1p(sample.traffic()) - spreads[COUNT].center();
  }

  private static double log(double micros) {
    return Math.log(Math.max(micros, 1));
  }

  /** Adds the latest window to what is usual. */
  void learn(double[] scratch) {
    if (latestCount > 0) {
      double weight = latencyKnown ? WITHIN_WEIGHT : 1;
      latencyKnown = true;
      withinVariance += weight * (latestWithin - withinVariance);
      meanVariance += weight * (latestWithin / latestCount - meanVariance);
    }
    histories[COUNT].add(values[COUNT]);
    if (latencyKnown) {
      for (int i = 0; i < LATENCIES; i++) {
        histories[i].add(values[i]);
      }
    }
    if (--untilRefresh <= 0 && histories[COUNT].size() >= LEAST) {
      untilRefresh = REFRESH;
      for (int i = 0; i < SIZE; i++) {
        if (histories[i].size() >= LEAST) {
          int size = histories[i].copyTo(scratch);
          RobustStatistics.measure(scratch, size, FLOORS[i], spreads[i]);
        }
      }
    }
  }

  /** Whether bands are available. */
  boolean isKnown() {
    return spreads[COUNT].isKnown();
  }

  /** ln p95 that is so many z from the centre, in a window with many spans. */
  double logP95At(double z) {
    return spreads[P95].center() + z * spreads[P95].scale();
  }

  /** Mean of ln duration that is so many z from the centre, in a window like the latest. */
  double meanLogAt(double z) {
    return spreads[MEAN_LOG].center() + z * meanSigma;
  }

  /** Count that is so many z from the centre, under the load of the latest window. */
  double countAt(double z) {
    double adjusted = spreads[COUNT].center() + z * spreads[COUNT].scale() / countDamping();
    return Math.max(0, Math.expm1(adjusted + load));
  }

  boolean isLatencyKnown() {
    return spreads[MEAN_LOG].isKnown() && meanSigma < Double.POSITIVE_INFINITY;
  }

  void write(DataOutput out) throws IOException {
    for (int i = 0; i < SIZE; i++) {
      histories[i].write(out);
      spreads[i].write(out);
      out.writeDouble(values[i]);
    }
    out.writeDouble(meanSigma);
    out.writeDouble(withinVariance);
    out.writeDouble(meanVariance);
    out.writeDouble(latestWithin);
    out.writeInt(untilRefresh);
    out.writeBoolean(latencyKnown);
  }

  void read(DataInput in) throws IOException {
    for (int i = 0; i < SIZE; i++) {
      histories[i].read(in);
      spreads[i].read(in);
      values[i] = in.readDouble();
    }
    meanSigma = in.readDouble();
    withinVariance = in.readDouble();
    meanVariance = in.readDouble();
    latestWithin = in.readDouble();
    untilRefresh = in.readInt();
    latencyKnown = in.readBoolean();
  }
}
