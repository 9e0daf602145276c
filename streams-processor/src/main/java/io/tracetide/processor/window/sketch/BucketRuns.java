package io.tracetide.processor.window.sketch;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.ByteBuffer;

/** Parts of the written form of {@link Buckets}. */
final class BucketRuns {

  private BucketRuns() {}

  /** Writes positive values, ascending and each of weight 1, as {@link Buckets#write} would. */
  static void writeOnes(double[] sorted, int count, ByteWriter out) {
    int[] buckets = new int[count];
    int runs = 0;
    for (int i = 0; i < count; i++) {
      buckets[i] = BucketScale.bucketOf(sorted[i]);
      runs += i > 0 && buckets[i] - buckets[i - 1] <= 1 ? 0 : 1;
    }
    out.putVarint(runs);
    int previousEnd = 0;
    int at = 0;
    while (at < buckets.length) {
      int first = at;
      int end = at + 1;
      while (end < buckets.length && buckets[end] - buckets[end - 1] <= 1) {
        end++;
      }
      out.putZigzag(buckets[first] - previousEnd);
      out.putVarint(buckets[end - 1] - buckets[first] + 1L);
      while (at < end) {
        int same = at + 1;
        while (same < end && buckets[same] == buckets[at]) {
          same++;
        }
        out.putVarint(same - at);
        at = same;
      }
      previousEnd = buckets[end - 1] + 1;
    }
  }

  static void writeWeight(ByteWriter out, double weight, boolean fractional) {
    if (fractional) {
      out.putDouble(weight);
    } else {
      out.putVarint((long) weight);
    }
  }

  static double readWeight(ByteBuffer in, boolean fractional) {
    return fractional ? in.getDouble() : Varint.read(in);
  }
}
