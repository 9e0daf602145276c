package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;

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

  private static final int LEAST = EvidenceSettings.FIRST_WINDOWS;
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

  private Latest latest = new Latest();

  /** The window that was measured last. */
  private static final class Latest {
    /** Features; an empty window keeps the latencies of the window before. */
    final double[] values = new double[SIZE];

    /** Standard deviation of the mean of ln duration in a window of this size. */
    double meanSigma = Double.POSITIVE_INFINITY;

    /** Variance of ln duration within the window. */
    double within;

    long count;
    double load;
  }

  /** Averages of the variance of ln duration within windows, and of that of its mean. */
  private double withinVariance;

  private double meanVariance;
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
    latest.count = sample.hasDurations() ? sample.count() : 0;
    latest.load = newLoad;
    latest.values[COUNT] = Math.log1p(sample.traffic()) - latest.load;
    z[COUNT] = spreads[COUNT].z(latest.values[COUNT]) * countDamping();
    if (latest.count == 0) {
      for (int i = 0; i < LATENCIES; i++) {
        z[i] = 0;
      }
      return;
    }
    latest.values[0] = log(sample.p50Micros());
    latest.values[1] = log(sample.p90Micros());
    latest.values[P95] = log(sample.p95Micros());
    latest.values[MEAN_LOG] = sample.meanLogMicros();
    double within =
        Math.max((latest.values[1] - log(sample.p10Micros())) / CENTRAL_80_TO_SIGMA, WITHIN_FLOOR);
    latest.within = within * within;
    double damping = Math.sqrt(latest.count / (latest.count + DAMPING));
    for (int i = 0; i < MEAN_LOG; i++) {
      z[i] = spreads[i].z(latest.values[i]) * damping;
    }
    latest.meanSigma = meanSigma();
    z[MEAN_LOG] = (latest.values[MEAN_LOG] - spreads[MEAN_LOG].center()) / latest.meanSigma;
  }

  /**
   * The mean of n durations varies between windows by more than by chance: its variance is that
   * between windows plus that within a window divided by n.
   */
  private double meanSigma() {
    Spread spread = spreads[MEAN_LOG];
    double between = spread.scale() * spread.scale() - meanVariance;
    double within = Math.max(withinVariance, latest.within / 4);
    return Math.sqrt(
        Math.max(between, MEAN_FLOOR * MEAN_FLOOR) + within / Math.max(1, latest.count));
  }

  /** Measures another window meanwhile, and then continues with the latest one. */
  <T> T aside(Supplier<T> other) {
    Latest kept = latest;
    latest = new Latest();
    try {
      return other.get();
    } finally {
      latest = kept;
    }
  }

  /** The fewer spans are expected, the more their number varies by chance. */
  private double countDamping() {
    return Math.exp(Math.min(0, latest.load) / 2);
  }

  /** Usual count under the usual load, plus 1. */
  double usualCount() {
    return Math.exp(spreads[COUNT].center());
  }

  /** ln(1 + count) of a window minus the usual value. */
  double logRatio(WindowSample sample) {
    return Math.log1p(sample.traffic()) - spreads[COUNT].center();
  }

  /** Change of the mean z of the latencies of the latest window if its durations were longer. */
  double latencyShift(double factor) {
    if (latest.count == 0) {
      return 0;
    }
    double damping = Math.sqrt(latest.count / (latest.count + DAMPING));
    double sum = 1 / latest.meanSigma;
    for (int i = 0; i < MEAN_LOG; i++) {
      sum += damping / spreads[i].scale();
    }
    return Math.log(factor) * sum / LATENCIES;
  }

  /** Change of the z of the count of the latest window if only a share of its spans were left. */
  double countShift(double left) {
    double log = latest.values[COUNT] + latest.load;
    double change = Math.log1p(Math.expm1(log) * left) - log;
    return change / spreads[COUNT].scale() * countDamping();
  }

  private static double log(double micros) {
    return Math.log(Math.max(micros, 1));
  }

  /** Adds the latest window to what is usual. */
  void learn(double[] scratch) {
    if (latest.count > 0) {
      double weight = latencyKnown ? WITHIN_WEIGHT : 1;
      latencyKnown = true;
      withinVariance += weight * (latest.within - withinVariance);
      meanVariance += weight * (latest.within / latest.count - meanVariance);
    }
    histories[COUNT].add(latest.values[COUNT]);
    if (latencyKnown) {
      for (int i = 0; i < LATENCIES; i++) {
        histories[i].add(latest.values[i]);
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
    return spreads[MEAN_LOG].center() + z * latest.meanSigma;
  }

  /** Count that is so many z from the centre, under the load of the latest window. */
  double countAt(double z) {
    double adjusted = spreads[COUNT].center() + z * spreads[COUNT].scale() / countDamping();
    return Math.max(0, Math.expm1(adjusted + latest.load));
  }

  boolean isLatencyKnown() {
    return spreads[MEAN_LOG].isKnown() && latest.meanSigma < Double.POSITIVE_INFINITY;
  }

  void write(DataOutput out) throws IOException {
    for (int i = 0; i < SIZE; i++) {
      histories[i].write(out);
      spreads[i].write(out);
      out.writeDouble(latest.values[i]);
    }
    out.writeDouble(latest.meanSigma);
    out.writeDouble(withinVariance);
    out.writeDouble(meanVariance);
    out.writeDouble(latest.within);
    out.writeInt(untilRefresh);
    out.writeBoolean(latencyKnown);
  }

  void read(DataInput in) throws IOException {
    for (int i = 0; i < SIZE; i++) {
      histories[i].read(in);
      spreads[i].read(in);
      latest.values[i] = in.readDouble();
    }
    latest.meanSigma = in.readDouble();
    withinVariance = in.readDouble();
    meanVariance = in.readDouble();
    latest.within = in.readDouble();
    untilRefresh = in.readInt();
    latencyKnown = in.readBoolean();
  }
}
