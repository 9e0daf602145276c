package io.tracetide.processor.window.sketch;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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

  /** Writes the weights of sorted buckets. */
  static void write(int[] keys, double[] weights, int size, ByteWriter out, boolean asDoubles) {
    int runs = 0;
    for (int i = 0; i < size; i++) {
      runs += i > 0 && keys[i] == keys[i - 1] + 1 ? 0 : 1;
    }
    out.putVarint(runs);
    int previousEnd = 0;
    int at = 0;
    while (at < size) {
      int end = at + 1;
      while (end < size && keys[end] == keys[end - 1] + 1) {
        end++;
      }
      out.putZigzag(keys[at] - previousEnd);
      out.putVarint(end - at);
      previousEnd = keys[end - 1] + 1;
      for (; at < end; at++) {
        writeWeight(out, weights[at], asDoubles);
      }
    }
  }

  /**
   * Writes the weights of chunks of {@link Buckets#CHUNK} buckets; 0 where there is no chunk.
   *
   * @param firstChunk number of the first chunk
   */
  static void write(
      double[] @Nullable [] chunks, int firstChunk, ByteWriter out, boolean asDoubles) {
    out.putVarint(runs(chunks));
    int previousEnd = 0;
    int end = (firstChunk + chunks.length) << Buckets.CHUNK_BITS;
    int bucket = firstChunk << Buckets.CHUNK_BITS;
    while (bucket < end) {
      double[] chunk = chunks[(bucket >> Buckets.CHUNK_BITS) - firstChunk];
      if (chunk == null) {
        bucket += Buckets.CHUNK;
        continue;
      }
      if (chunk[bucket & (Buckets.CHUNK - 1)] == 0) {
        bucket++;
        continue;
      }
      int runEnd = bucket + 1;
      while (runEnd < end && weightAt(chunks, firstChunk, runEnd) != 0) {
        runEnd++;
      }
      out.putZigzag(bucket - previousEnd);
      out.putVarint(runEnd - bucket);
      for (; bucket < runEnd; bucket++) {
        writeWeight(out, weightAt(chunks, firstChunk, bucket), asDoubles);
      }
      previousEnd = runEnd;
    }
  }

  private static double weightAt(double[] @Nullable [] chunks, int firstChunk, int bucket) {
    double[] chunk = chunks[(bucket >> Buckets.CHUNK_BITS) - firstChunk];
    return chunk == null ? 0 : chunk[bucket & (Buckets.CHUNK - 1)];
  }

  private static int runs(double[] @Nullable [] chunks) {
    int runs = 0;
    boolean within = false;
    for (double[] chunk : chunks) {
      if (chunk == null) {
        within = false;
        continue;
      }
      for (double weight : chunk) {
        runs += weight != 0 && !within ? 1 : 0;
        within = weight != 0;
      }
    }
    return runs;
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
