package io.tracetide.processor.exposition.remote;

import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;

/** Writes a native histogram; its message is the same in both protocols. */
final class NativeHistogram {
  private static final int COUNT = 1;
  private static final int SUM = 3;
  private static final int SCHEMA = 4;
  private static final int ZERO_THRESHOLD = 5;
  private static final int ZERO_COUNT = 6;
  private static final int SPANS = 11;
  private static final int DELTAS = 12;
  private static final int TIMESTAMP = 15;
  private static final int OFFSET = 1;
  private static final int LENGTH = 2;

  private NativeHistogram() {}

  static void write(HistogramDataPointSnapshot point, long timeMs, ProtoWriter out) {
    NativeHistogramBuckets buckets = point.getNativeBucketsForPositiveValues();
    out.number(COUNT, point.getCount());
    out.real(SUM, point.getSum());
    out.signed(SCHEMA, point.getNativeSchema());
    out.real(ZERO_THRESHOLD, point.getNativeZeroThreshold());
    out.number(ZERO_COUNT, point.getNativeZeroCount());
    spans(buckets, out);
    long[] deltas = new long[buckets.size()];
    long before = 0;
    for (int i = 0; i < deltas.length; i++) {
      deltas[i] = buckets.getCount(i) - before;
      before = buckets.getCount(i);
    }
    if (deltas.length > 0) {
      out.packedSigned(DELTAS, deltas);
    }
    out.number(TIMESTAMP, timeMs);
  }

  /** Runs of buckets, each with its distance from the end of the run before. */
  private static void spans(NativeHistogramBuckets buckets, ProtoWriter out) {
    int end = 0;
    int at = 0;
    while (at < buckets.size()) {
      int first = at;
      while (at + 1 < buckets.size()
          && buckets.getBucketIndex(at + 1) == buckets.getBucketIndex(at) + 1) {
        at++;
      }
      int offset = buckets.getBucketIndex(first) - end;
      int length = ++at - first;
      out.message(
          SPANS,
          span -> {
            span.signed(OFFSET, offset);
            span.number(LENGTH, length);
          });
      end = buckets.getBucketIndex(first) + length;
    }
  }
}
