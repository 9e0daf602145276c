package io.tracetide.processor.slo;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.ByteBuffer;
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

  /** Whether a span of these buckets is bad. */
  boolean hasBad(long from, long to) {
    for (long bucket = Math.max(from, oldest()); bucket < Math.min(to, newest + 1); bucket++) {
      if (badSpans[at(bucket)] > 0) {
        return true;
      }
    }
    return false;
  }

  /** Writes the buckets with spans. */
  void write(long from, long to, ByteWriter out) {
    double @Nullable [] known = weights;
    long before = Math.max(0, from) - 1;
    out.putVarint(before + 1);
    for (long bucket = before + 1; bucket < Math.min(to, newest + 1); bucket++) {
      int at = at(bucket);
      if (spans[at] == 0) {
        continue;
      }
      boolean weighted =
          known != null && (known[at] != spans[at] || known[spans.length + at] != badSpans[at]);
      out.putVarint(bucket - before);
      out.putVarint(spans[at] << 1 | (weighted ? 1 : 0));
      out.putVarint(badSpans[at]);
      if (known != null && weighted) {
        out.putNumber(known[at]);
        out.putNumber(known[spans.length + at]);
      }
      before = bucket;
    }
    out.putVarint(0);
  }

  /** Sets the buckets that {@link #write} wrote. */
  void read(ByteBuffer in) {
    long bucket = Varint.read(in) - 1;
    for (long step = Varint.read(in); step != 0; step = Varint.read(in)) {
      bucket += step;
      long count = Varint.read(in);
      long bad = Varint.read(in);
      set(
          bucket,
          (count & 1) == 0
              ? SpanCounts.of(count >>> 1, bad)
              : new SpanCounts(count >>> 1, bad, Varint.readNumber(in), Varint.readNumber(in)));
    }
  }

  private int at(long bucket) {
    return (int) (bucket % spans.length);
  }
}
