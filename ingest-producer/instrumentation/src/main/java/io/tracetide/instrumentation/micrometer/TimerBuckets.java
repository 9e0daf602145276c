package io.tracetide.instrumentation.micrometer;

import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.Histogram;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.tracetide.schemas.HistogramData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * Cumulative buckets of a timer or a summary. A lost sample is compensated by the next one.
 *
 * <p>Default bounds are a factor of two apart; the relative error of the processor's quantiles is
 * then at most one third. Service level objectives are additional bounds; a percentile histogram
 * has its own.
 */
final class TimerBuckets implements Histogram {

  /** Limit of a sample, without the last bucket, which is unbounded. */
  static final int MAX_BOUNDS = 255;

  /** Durations from 0.1 ms to 131 s, in nanoseconds. */
  static final double[] DURATIONS = powersOfTwo(-13, 7, 1e9);

  /** For summaries: from ratios to gigabytes. */
  static final double[] AMOUNTS = powersOfTwo(-10, 30, 1);

  private final double[] bounds;
  private final AtomicLongArray counts;
  private final DoubleAdder sum = new DoubleAdder();

  private TimerBuckets(double[] bounds) {
    this.bounds = bounds;
    this.counts = new AtomicLongArray(bounds.length + 1);
  }

  /**
   * Buckets for the configuration of a meter.
   *
   * @param usual bounds of a meter without configured buckets
   */
  static TimerBuckets of(DistributionStatisticConfig config, double[] usual) {
    NavigableSet<Double> bounds = new TreeSet<>(config.getHistogramBuckets(true));
    if (!Boolean.TRUE.equals(config.isPercentileHistogram())) {
      Arrays.stream(usual).forEach(bounds::add);
    }
    bounds.removeIf(bound -> !Double.isFinite(bound));
    return new TimerBuckets(thinned(bounds));
  }

  private static double[] thinned(NavigableSet<Double> bounds) {
    List<Double> all = new ArrayList<>(bounds);
    double[] kept = new double[Math.min(all.size(), MAX_BOUNDS)];
    for (int i = 0; i < kept.length; i++) {
      // The last bound of each group, so that the greatest one is kept.
      kept[i] = all.get((i + 1) * all.size() / kept.length - 1);
    }
    return kept;
  }

  private static double[] powersOfTwo(int least, int greatest, double unit) {
    double[] bounds = new double[greatest - least + 1];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = Math.scalb(unit, least + i);
    }
    return bounds;
  }

  @Override
  public void recordLong(long value) {
    recordDouble((double) value);
  }

  @Override
  public void recordDouble(double value) {
    if (Double.isFinite(value)) {
      int at = Arrays.binarySearch(bounds, value);
      counts.incrementAndGet(at < 0 ? -at - 1 : at);
      sum.add(value);
    }
  }

  long count() {
    long count = 0;
    for (int i = 0; i < counts.length(); i++) {
      count += counts.get(i);
    }
    return count;
  }

  double sum() {
    return sum.sum();
  }

  /** The buckets of a sample, with bounds divided by a unit. */
  HistogramData data(double unit) {
    List<Double> upper = new ArrayList<>(bounds.length);
    for (double bound : bounds) {
      upper.add(bound / unit);
    }
    List<Long> observed = new ArrayList<>(counts.length());
    for (int i = 0; i < counts.length(); i++) {
      observed.add(counts.get(i));
    }
    return HistogramData.newBuilder()
        .setBounds(upper)
        .setCounts(observed)
        .setSum(sum() / unit)
        .build();
  }

  @Override
  public HistogramSnapshot takeSnapshot(long count, double total, double max) {
    return HistogramSnapshot.empty(count, total, max);
  }
}
