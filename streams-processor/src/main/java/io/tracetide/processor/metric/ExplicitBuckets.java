package io.tracetide.processor.metric;

import java.util.Arrays;

/**
 * Buckets defined by their upper bounds. The last bucket has no upper bound, the first no lower
 * bound.
 */
public final class ExplicitBuckets {

  private ExplicitBuckets() {}

  /**
   * The value that stands for all observations of a bucket.
   *
   * <p>Between bounds of the same sign it is their harmonic mean, the value whose greatest relative
   * error is the smallest: (upper - lower) / (upper + lower), 33 % for bounds a factor of two
   * apart. Between others, of which one may be zero, it is their middle. The unbounded buckets are
   * represented by the one bound they have.
   *
   * @param bounds upper bounds, ascending
   * @param count number of bounds, at least one
   * @param bucket 0 to {@code count}
   */
  public static double representative(double[] bounds, int count, int bucket) {
    if (bucket == 0) {
      return bounds[0];
    }
    if (bucket >= count) {
      return bounds[count - 1];
    }
    double lower = bounds[bucket - 1];
    double upper = bounds[bucket];
    if (lower > 0 || upper < 0) {
      return 2 / (1 / lower + 1 / upper);
    }
    return lower / 2 + upper / 2;
  }

  /** Hash of the bounds, to detect that they changed. */
  public static long hash(double[] bounds, int count) {
    long hash = count;
    for (int i = 0; i < count; i++) {
      hash = (hash ^ Double.doubleToLongBits(bounds[i])) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  /** Number of observations in all buckets. */
  public static long observations(long[] buckets) {
    return Arrays.stream(buckets).sum();
  }
}
