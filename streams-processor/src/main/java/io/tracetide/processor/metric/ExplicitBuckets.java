package io.tracetide.processor.metric;

import java.util.Arrays;

/** Buckets that are given by their upper bounds; the last one has none, the first no lower one. */
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
   * @param count how many there are; at least one
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

  /** Tells bounds from others. */
  public static long hash(double[] bounds, int count) {
    long hash = count;
    for (int i = 0; i < count; i++) {
      hash = (hash ^ Double.doubleToLongBits(bounds[i])) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  /** All observations. */
  public static long observations(long[] buckets) {
    return Arrays.stream(buckets).sum();
  }
}
