package io.tracetide.processor.metric;

/** What a sample of a running total adds to the windows. */
public sealed interface Increase {

  /**
   * So much since the sample before, since a start that no sample was seen after, or in the
   * interval of the sample.
   */
  final class Counted implements Increase {
    private final double sum;
    private final long[] buckets;
    private final Extreme least;
    private final Extreme greatest;

    /** So much in all, and in each bucket, between the smallest and the largest observation. */
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
     * Of a counter, how far it rose; of a distribution, the sum of what was observed, not a number
     * when it is unknown.
     */
    public double sum() {
      return sum;
    }

    /** What was observed, by bucket; empty for a counter. Not to be written to. */
    public long[] buckets() {
      return buckets;
    }
  }

  /** Nothing, and why. */
  enum Uncounted implements Increase {
    /** There is nothing to compare it with: the next sample will be compared with this one. */
    FIRST,
    /** It is no newer than the last one; of an interval, it came before. */
    REPEATED,
    /**
     * It is newer than the last one, and of a run that another has followed: two processes report
     * under one identity, and this is the older one.
     */
    CONFLICTING,
    /**
     * Its buckets have other bounds than before: the next sample will be compared with this one.
     */
    REBUCKETED,
    /** As many instances as may be are followed already. */
    UNFOLLOWED
  }
}
