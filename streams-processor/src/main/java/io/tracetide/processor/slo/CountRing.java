package io.tracetide.processor.slo;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The counts of the newest buckets of time; a bucket has the number of its start since the epoch,
 * in units of its length.
 */
final class CountRing {

  /** Number before every bucket. */
  static final long NONE = -1;

  private final long[] spans;
  private final long[] badSpans;

  /** Weights and then weights of bad spans; null while all spans have weight 1. */
  private double @Nullable [] weights;

  private long newest = NONE;

  CountRing(int buckets) {
    spans = new long[buckets];
    badSpans = new long[buckets];
  }

  /** The newest bucket that was set; {@link #NONE} when there is none. */
  long newest() {
    return newest;
  }

  /** The oldest bucket that has a place, at least 0. */
  long oldest() {
    return Math.max(0, newest - spans.length + 1);
  }

  /** Replaces the counts of a bucket. One that is older than the ring is ignored. */
  void set(long bucket, SpanCounts counts) {
    advance(bucket);
    if (bucket < oldest()) {
      return;
    }
    int at = at(bucket);
    spans[at] = counts.spans();
    badSpans[at] = counts.badSpans();
    if (weights == null && counts.isWeighted()) {
      weights = unweighted();
    }
    double @Nullable [] known = weights;
    if (known != null) {
      known[at] = counts.weight();
      known[spans.length + at] = counts.badWeight();
    }
  }

  /** Makes a bucket the newest one, unless it is older. */
  void advance(long bucket) {
    long first = Math.max(newest + 1, bucket - spans.length + 1);
    for (long passed = first; passed <= bucket; passed++) {
      clear(at(passed));
    }
    newest = Math.max(newest, bucket);
  }

  private void clear(int at) {
    spans[at] = 0;
    badSpans[at] = 0;
    double @Nullable [] known = weights;
    if (known != null) {
      known[at] = 0;
      known[spans.length + at] = 0;
    }
  }

  private double[] unweighted() {
    double[] copy = new double[2 * spans.length];
    Arrays.setAll(copy, i -> i < spans.length ? spans[i] : badSpans[i - spans.length]);
    return copy;
  }

  SpanCounts get(long bucket) {
    return sum(bucket, bucket + 1);
  }

  /**
   * Sum of buckets, always added from the oldest to the newest, so that it is the same after a
   * restart.
   *
   * @param from first bucket
   * @param to bucket after the last one
   */
  SpanCounts sum(long from, long to) {
    double @Nullable [] known = weights;
    long sumSpans = 0;
    long sumBad = 0;
    double sumWeight = 0;
    double sumBadWeight = 0;
    long end = Math.min(to, newest + 1);
    long bucket = Math.max(from, oldest());
    if (bucket >= end) {
      return SpanCounts.NONE;
    }
    int at = at(bucket);
    for (; bucket < end; bucket++) {
      sumSpans += spans[at];
      sumBad += badSpans[at];
      if (known != null) {
        sumWeight += known[at];
        sumBadWeight += known[spans.length + at];
      }
      at = at + 1 == spans.length ? 0 : at + 1;
    }
    return known == null
        ? SpanCounts.of(sumSpans, sumBad)
        : new SpanCounts(sumSpans, sumBad, sumWeight, sumBadWeight);
  }

  private int at(long bucket) {
    return (int) (bucket % spans.length);
  }
}
