package io.tracetide.processor.metric;

/** The increase that a sample of a running total adds to the windows. */
public sealed interface Increase {

  /**
   * An increase since the previous sample, since a start after which no sample was seen, or in the
   * interval of the sample.
   */
  final class Counted implements Increase {
    private final double sum;
    private final long[] buckets;
    private final Extreme least;
    private final Extreme greatest;

    /** An increase in total, by bucket, with the smallest and the largest observation. */
    public Counted(double sum, long[] buckets, Extreme least, Extreme greatest) {
      this.sum = sum;
      this.buckets = buckets;
      this.least = least;
      this.greatest = greatest;
    }

    /** The smallest observation of a distribution. */
    public Extreme least() {
      return least;
    }

    /** The largest observation of a distribution. */
    public Extreme greatest() {
      return greatest;
    }

    /**
     * The increase of a counter, or the sum of the observations of a distribution; NaN when it is
     * unknown.
     */
    public double sum() {
      return sum;
    }

    /** Observations by bucket; empty for a counter. The array must not be changed. */
    public long[] buckets() {
      return buckets;
    }
  }

  /** No increase, with the reason. */
  enum Uncounted implements Increase {
    /** There is no sample to compare it with; the next one is compared with this sample. */
    FIRST,
    /** It is not newer than the last sample, or its interval was counted before. */
    REPEATED,
    /**
     * It is newer than the last sample but has an earlier start: two processes report under one
     * identity, and this is the older one.
     */
    CONFLICTING,
    /** The bounds of its buckets have changed; the next sample is compared with this one. */
    REBUCKETED,
    /** The limit of followed instances is reached. */
    UNFOLLOWED
  }
}
