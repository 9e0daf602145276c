package io.tracetide.processor.window;

import org.jspecify.annotations.Nullable;

/**
 * Everything counted for one series in one window. Mutable, because it is added to for every piece
 * of work; not thread-safe.
 *
 * <p>Merging is associative and commutative, exemplars included, so partial counts from many tasks
 * give the same answer in any order. Values are microseconds for latency, else the metric's own
 * unit.
 */
public final class WindowStats {

  private long count;
  private double weightedCount;
  private long errors;
  private double weightedErrors;
  private double sum;
  private final QuantileSketch sketch;
  private @Nullable String slowest;
  private double slowestValue = Double.NEGATIVE_INFINITY;
  private @Nullable String error;
  private @Nullable String typical;

  public WindowStats() {
    this(new QuantileSketch());
  }

  private WindowStats(QuantileSketch sketch) {
    this.sketch = sketch;
  }

  /** Restores what was stored; see the accessors for the meaning of each figure. */
  @SuppressWarnings("TooManyParameters")
  static WindowStats restore(
      long count,
      double weightedCount,
      long errors,
      double weightedErrors,
      double sum,
      QuantileSketch sketch,
      @Nullable String slowest,
      @Nullable String error,
      @Nullable String typical) {
    WindowStats stats = new WindowStats(sketch);
    stats.count = count;
    stats.weightedCount = weightedCount;
    stats.errors = errors;
    stats.weightedErrors = weightedErrors;
    stats.sum = sum;
    stats.slowest = slowest;
    stats.slowestValue = slowest == null ? Double.NEGATIVE_INFINITY : sketch.max();
    stats.error = error;
    stats.typical = typical;
    return stats;
  }

  /**
   * Counts one piece of finished work, or one sample of a metric.
   *
   * @param weight how many it stands for: 1 / sampling probability
   * @param failed whether the work failed
   */
  public void record(double value, double weight, boolean failed) {
    count(weight, failed);
    sketch.add(value, weight);
    sum += value * weight;
  }

  /** Counts work whose duration is not known: it has no place in the sketch. */
  public void count(double weight, boolean failed) {
    count++;
    weightedCount += weight;
    if (failed) {
      errors++;
      weightedErrors += weight;
    }
  }

  /**
   * Whether {@link #offerExemplar} could keep this work's trace. Asked first, because most work is
   * not kept and its trace id then never needs to become a string.
   */
  public boolean wantsExemplar(double value, boolean failed) {
    return typical == null || value > slowestValue || (failed && error == null);
  }

  /** Offers the trace of work that was just recorded as an example of this window. */
  public void offerExemplar(double value, boolean failed, String traceId) {
    if (value > slowestValue || (value == slowestValue && before(traceId, slowest))) {
      slowestValue = value;
      slowest = traceId;
    }
    if (failed && error == null) {
      error = traceId;
    }
    if (typical == null) {
      typical = traceId;
    }
  }

  /** Adds everything counted in another window of the series; the other stays as it is. */
  public void merge(WindowStats other) {
    count += other.count;
    weightedCount += other.weightedCount;
    errors += other.errors;
    weightedErrors += other.weightedErrors;
    sum += other.sum;
    sketch.merge(other.sketch);
    if (other.slowest != null
        && (other.slowestValue > slowestValue
            || (other.slowestValue == slowestValue && before(other.slowest, slowest)))) {
      slowest = other.slowest;
      slowestValue = other.slowestValue;
    }
    error = earlier(error, other.error);
    typical = earlier(typical, other.typical);
  }

  /** A copy that no longer changes with this one. */
  public WindowStats copy() {
    WindowStats copy = new WindowStats();
    copy.merge(this);
    return copy;
  }

  /* Any rule that does not depend on the order of merging serves to choose between two traces; the
   * scrambled hash has no leaning towards old or new ids. */
  private static @Nullable String earlier(@Nullable String a, @Nullable String b) {
    return b == null || (a != null && before(a, b)) ? a : b;
  }

  private static boolean before(String a, @Nullable String b) {
    if (b == null) {
      return true;
    }
    int byHash = Integer.compare(a.hashCode() * 0x9e3779b9, b.hashCode() * 0x9e3779b9);
    return byHash != 0 ? byHash < 0 : a.compareTo(b) < 0;
  }

  /** Pieces of work, or samples. */
  public long count() {
    return count;
  }

  /** Work counted by its sampling weight. */
  public double weightedCount() {
    return weightedCount;
  }

  /** Failed work among {@link #count}. */
  public long errors() {
    return errors;
  }

  /** Failed work counted by its sampling weight. */
  public double weightedErrors() {
    return weightedErrors;
  }

  /** Failed work in percent of all, by weight; 0 when there is none. */
  public double errorRatePercent() {
    return weightedCount == 0 ? 0 : 100 * weightedErrors / weightedCount;
  }

  /** Weight of the values in the sketch: work without a duration is missing here. */
  public double observations() {
    return sketch.count();
  }

  /** Sum of the values, by weight. */
  public double sum() {
    return sum;
  }

  /** Mean value; not a number when there is none. */
  public double mean() {
    return observations() == 0 ? Double.NaN : sum / observations();
  }

  /** Smallest value, exact; not a number when there is none. */
  public double min() {
    return sketch.min();
  }

  /** Largest value, exact; not a number when there is none. */
  public double max() {
    return sketch.max();
  }

  /** See {@link QuantileSketch#quantile}. */
  public double quantile(double q) {
    return sketch.quantile(q);
  }

  public QuantileSketch sketch() {
    return sketch;
  }

  /** Trace with the largest value. */
  public @Nullable String slowest() {
    return slowest;
  }

  /** A trace that failed. */
  public @Nullable String error() {
    return error;
  }

  /** A trace like the others. */
  public @Nullable String typical() {
    return typical;
  }
}
