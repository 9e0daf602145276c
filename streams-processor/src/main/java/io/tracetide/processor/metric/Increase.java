package io.tracetide.processor.metric;

/** What a sample of a running total adds to the windows. */
public sealed interface Increase {

  /** So much since the sample before, or since a start that no sample was seen after. */
  final class Counted implements Increase {
    private final double sum;
    private final long[] buckets;

    /** So much in all, and in each bucket. */
    public Counted(double sum, long[] buckets) {
      this.sum = sum;
      this.buckets = buckets;
    }

    /** Of a counter, how far it rose; of a distribution, the sum of what was observed. */
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
    /** It is no newer than the last one, or of a run that has been followed by another. */
    REPEATED,
    /**
     * Its buckets have other bounds than before: the next sample will be compared with this one.
     */
    REBUCKETED,
    /** As many instances as may be are followed already. */
    UNFOLLOWED
  }
}
