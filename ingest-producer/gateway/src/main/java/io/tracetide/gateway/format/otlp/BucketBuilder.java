package io.tracetide.gateway.format.otlp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects buckets with explicit bounds and converts them to the form of the contract: finite
 * bounds, one bucket more than bounds, at most 256 buckets. A single bucket without bounds means
 * that only the count of observations is known.
 */
final class BucketBuilder {

  /** Limit of the processor. */
  static final int MAX_BUCKETS = 256;

  private static final long MAX_OBSERVATIONS = 1L << 53;
  private static final long[] NO_COUNTS = {};
  private static final double[] NO_BOUNDS = {};

  private long[] counts = NO_COUNTS;
  private int countsSize;
  private double[] bounds = NO_BOUNDS;
  private int boundsSize;

  BucketBuilder() {}

  /** Starts with given buckets. */
  BucketBuilder(double[] bounds, long[] counts) {
    this.bounds = bounds;
    this.boundsSize = bounds.length;
    this.counts = counts;
    this.countsSize = counts.length;
  }

  void count(long observations) {
    if (countsSize == counts.length) {
      counts = Arrays.copyOf(counts, Math.max(16, 2 * countsSize));
    }
    counts[countsSize++] = observations;
  }

  void bound(double upper) {
    if (boundsSize == bounds.length) {
      bounds = Arrays.copyOf(bounds, Math.max(16, 2 * boundsSize));
    }
    bounds[boundsSize++] = upper;
  }

  /**
   * Converts equivalent forms to that of the contract: no buckets at all, and infinite bounds.
   *
   * @param observations in all buckets
   * @return the error; null when there is none
   */
  @Nullable String normalize(long observations) {
    if (countsSize == 0) {
      boundsSize = 0;
      count(observations);
      return null;
    }
    if (boundsSize > 0 && bounds[boundsSize - 1] == Double.POSITIVE_INFINITY) {
      boundsSize--;
      if (countsSize == boundsSize + 2) {
        countsSize--;
        counts[countsSize - 1] = added(counts[countsSize - 1], counts[countsSize]);
      }
    }
    if (boundsSize > 0
        && bounds[0] == Double.NEGATIVE_INFINITY
        && countsSize == boundsSize + 1
        && countsSize > 1) {
      counts[1] = added(counts[0], counts[1]);
      System.arraycopy(counts, 1, counts, 0, --countsSize);
      System.arraycopy(bounds, 1, bounds, 0, --boundsSize);
    }
    return countsSize == boundsSize + 1
        ? null
        : "a histogram must have one bucket more than bounds";
  }

  /** The sum; negative, which is refused, when a count is negative or the sum overflows. */
  private static long added(long a, long b) {
    return a < 0 || b < 0 ? -1 : a + b;
  }

  /** The error in the buckets; null when there is none. */
  @Nullable String invalid(long observations) {
    for (int i = 0; i < boundsSize; i++) {
      if (!Double.isFinite(bounds[i]) || (i > 0 && !(bounds[i] > bounds[i - 1]))) {
        return "the bounds of a histogram must be numbers and ascend";
      }
    }
    long total = 0;
    for (int i = 0; i < countsSize; i++) {
      if (counts[i] < 0 || counts[i] > MAX_OBSERVATIONS - total) {
        return "the counts of a histogram must not be negative, nor more than 2^53 together";
      }
      total += counts[i];
    }
    return total == observations ? null : "the buckets of a histogram must add up to its count";
  }

  /**
   * Merges neighbouring buckets beyond the limit. Which ones depends on their number only, so that
   * all points of a metric get the same bounds.
   *
   * @return whether buckets were merged
   */
  boolean mergeDown() {
    if (countsSize <= MAX_BUCKETS) {
      return false;
    }
    int group = (countsSize + MAX_BUCKETS - 1) / MAX_BUCKETS;
    int merged = (countsSize + group - 1) / group;
    long[] coarse = new long[merged];
    for (int i = 0; i < countsSize; i++) {
      coarse[i / group] += counts[i];
    }
    double[] between = new double[merged - 1];
    for (int i = 0; i < between.length; i++) {
      between[i] = bounds[(i + 1) * group - 1];
    }
    counts = coarse;
    countsSize = merged;
    bounds = between;
    boundsSize = between.length;
    return true;
  }

  List<Double> bounds() {
    List<Double> boxed = new ArrayList<>(boundsSize);
    for (int i = 0; i < boundsSize; i++) {
      boxed.add(bounds[i]);
    }
    return boxed;
  }

  List<Long> counts() {
    List<Long> boxed = new ArrayList<>(countsSize);
    for (int i = 0; i < countsSize; i++) {
      boxed.add(counts[i]);
    }
    return boxed;
  }
}
