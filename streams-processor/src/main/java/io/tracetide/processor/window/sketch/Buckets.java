package io.tracetide.processor.window.sketch;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Weights by bucket of a {@link QuantileSketch}; small for few values. */
final class Buckets {

  /*
   * Up to 24 different buckets are two sorted arrays: most series have few values in a window, and
   * there are a hundred thousand of them. Beyond that, buckets are in chunks of 32, which are
   * allocated on first use: latencies that spread over a factor of ten need four or five (1.2 kB)
   * anywhere on the scale, and adding is one index computation.
   */

  private static final int MOST_SPARSE = 24;
  static final int CHUNK_BITS = 5;
  static final int CHUNK = 1 << CHUNK_BITS;

  /** Maximum of chunks that are kept for reuse when the buckets are cleared. */
  private static final int MOST_KEPT = 16;

  /** Maximum absolute index of the bucket of a double. */
  private static final int LIMIT = 1100 * BucketScale.BUCKETS_PER_OCTAVE;

  /** Comes after the last bucket. */
  private static final int END = Integer.MAX_VALUE;

  private static final int[] NO_KEYS = {};
  private static final double[] NO_WEIGHTS = {};

  private int[] keys = NO_KEYS;
  private double[] weights = NO_WEIGHTS;
  private int size;

  /** Null while sparse. */
  private double @Nullable [] @Nullable [] chunks;

  /** Chunk number of {@code chunks[0]}. */
  private int firstChunk;

  private double total;

  /** Whether any weight that was ever added is not a whole number. */
  private boolean fractional;

  /** Sum of all weights. */
  double total() {
    return total;
  }

  void add(int bucket, double weight) {
    total += weight;
    if (weight != 1 && !isWhole(weight)) {
      fractional = true;
    }
    if (chunks == null && addSparse(bucket, weight)) {
      return;
    }
    chunk(bucket >> CHUNK_BITS)[bucket & (CHUNK - 1)] += weight;
  }

  /** Adds positive values of weight 1, each to its bucket. */
  void addOnes(double[] values, int count) {
    for (int i = 0; i < count; i++) {
      int bucket = BucketScale.bucketOf(values[i]);
      if (chunks != null || !addSparse(bucket, 1)) {
        chunk(bucket >> CHUNK_BITS)[bucket & (CHUNK - 1)]++;
      }
    }
    total += count;
  }

  /** Adds to the sorted arrays; when they are full, moves to chunks and returns false. */
  private boolean addSparse(int bucket, double weight) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keys[middle] < bucket) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low < size && keys[low] == bucket) {
      weights[low] += weight;
      return true;
    }
    if (size == MOST_SPARSE) {
      toChunks();
      return false;
    }
    if (size == keys.length) {
      int longer = Math.min(MOST_SPARSE, Math.max(2, 2 * size));
      keys = Arrays.copyOf(keys, longer);
      weights = Arrays.copyOf(weights, longer);
    }
    System.arraycopy(keys, low, keys, low + 1, size - low);
    System.arraycopy(weights, low, weights, low + 1, size - low);
    keys[low] = bucket;
    weights[low] = weight;
    size++;
    return true;
  }

  private void toChunks() {
    int first = keys[0] >> CHUNK_BITS;
    int last = keys[size - 1] >> CHUNK_BITS;
    chunks = new double[last - first + 3][];
    firstChunk = first - 1;
    for (int i = 0; i < size; i++) {
      chunk(keys[i] >> CHUNK_BITS)[keys[i] & (CHUNK - 1)] = weights[i];
    }
    size = 0;
    keys = NO_KEYS;
    weights = NO_WEIGHTS;
  }

  private double[] chunk(int number) {
    double @Nullable [] @Nullable [] known = chunks;
    if (known == null) {
      throw new IllegalStateException("there are no chunks yet");
    }
    int at = number - firstChunk;
    if (at < 0 || at >= known.length) {
      known = reach(known, number);
      at = number - firstChunk;
    }
    double[] chunk = known[at];
    if (chunk == null) {
      chunk = new double[CHUNK];
      known[at] = chunk;
    }
    return chunk;
  }

  private double[] @Nullable [] reach(double[] @Nullable [] known, int number) {
    int low = Math.min(firstChunk, number - 1);
    int high = Math.max(firstChunk + known.length - 1, number + 1);
    double[] @Nullable [] wider = new double[high - low + 1][];
    System.arraycopy(known, 0, wider, firstChunk - low, known.length);
    firstChunk = low;
    chunks = wider;
    return wider;
  }

  /** Sum of the natural logarithms of the values, by weight; those below 1 count as 1. */
  double sumOfLogs() {
    double sum = 0;
    for (int at = next(start()); at != END; at = next(at)) {
      sum += weightAt(at) * Math.log(Math.max(1, BucketScale.middleOf(bucketAt(at))));
    }
    return sum;
  }

  void merge(Buckets other) {
    fractional |= other.fractional;
    double @Nullable [] @Nullable [] theirs = other.chunks;
    if (chunks != null && theirs != null) {
      mergeChunks(theirs, other.firstChunk);
      total += other.total;
      return;
    }
    for (int at = other.next(other.start()); at != END; at = other.next(at)) {
      add(other.bucketAt(at), other.weightAt(at));
    }
  }

  private void mergeChunks(double[] @Nullable [] theirs, int theirFirst) {
    for (int i = 0; i < theirs.length; i++) {
      double[] more = theirs[i];
      if (more != null) {
        double[] chunk = chunk(theirFirst + i);
        for (int j = 0; j < CHUNK; j++) {
          chunk[j] += more[j];
        }
      }
    }
  }

  /** Removes all weights and keeps a moderate amount of memory for reuse. */
  void clear() {
    size = 0;
    total = 0;
    fractional = false;
    double @Nullable [] @Nullable [] known = chunks;
    if (known == null) {
      return;
    }
    if (known.length > MOST_KEPT) {
      chunks = null;
      return;
    }
    for (double[] chunk : known) {
      if (chunk != null) {
        Arrays.fill(chunk, 0);
      }
    }
  }

  /*
   * Iteration over the buckets that have a weight, in ascending order: by an index into the arrays
   * while sparse, otherwise by the number of the bucket.
   */

  private int start() {
    return chunks == null ? -1 : (firstChunk << CHUNK_BITS) - 1;
  }

  private int next(int after) {
    double @Nullable [] @Nullable [] known = chunks;
    if (known == null) {
      return after + 1 < size ? after + 1 : END;
    }
    int bucket = after + 1;
    int end = (firstChunk + known.length) << CHUNK_BITS;
    while (bucket < end) {
      double[] chunk = known[(bucket >> CHUNK_BITS) - firstChunk];
      if (chunk == null) {
        bucket = ((bucket >> CHUNK_BITS) + 1) << CHUNK_BITS;
      } else if (chunk[bucket & (CHUNK - 1)] != 0) {
        return bucket;
      } else {
        bucket++;
      }
    }
    return END;
  }

  private int bucketAt(int at) {
    return chunks == null ? keys[at] : at;
  }

  private double weightAt(int at) {
    double @Nullable [] @Nullable [] known = chunks;
    if (known == null) {
      return weights[at];
    }
    double[] chunk = known[(at >> CHUNK_BITS) - firstChunk];
    return chunk == null ? 0 : chunk[at & (CHUNK - 1)];
  }

  /** The bucket that holds a rank, counted from 0 by weight, in ascending order. */
  int bucketOfRank(double rank) {
    double below = 0;
    int last = 0;
    double @Nullable [] @Nullable [] known = chunks;
    if (known != null) {
      for (int i = 0; i < known.length; i++) {
        double[] chunk = known[i];
        for (int j = 0; chunk != null && j < CHUNK; j++) {
          double weight = chunk[j];
          if (weight != 0) {
            last = ((firstChunk + i) << CHUNK_BITS) + j;
            below += weight;
            if (below > rank) {
              return last;
            }
          }
        }
      }
      return last;
    }
    for (int at = next(start()); at != END; at = next(at)) {
      last = bucketAt(at);
      below += weightAt(at);
      if (below > rank) {
        return last;
      }
    }
    return last;
  }

  /** The bucket that holds a rank, counted from 0 by weight, in descending order. */
  int bucketOfRankFromTheTop(double rank) {
    double upTo = 0;
    int last = 0;
    for (int at = next(start()); at != END; at = next(at)) {
      last = bucketAt(at);
      upTo += weightAt(at);
      if (total - upTo <= rank) {
        return last;
      }
    }
    return last;
  }

  /** Weight of the buckets whose middle is above a positive limit. */
  double weightAbove(double limit) {
    int of = BucketScale.bucketOf(limit);
    int first = BucketScale.middleOf(of) > limit ? of : of + 1;
    double above = 0;
    for (int at = next(start()); at != END; at = next(at)) {
      above += bucketAt(at) >= first ? weightAt(at) : 0;
    }
    return above;
  }

  void each(SketchBuckets.Reader reader) {
    for (int at = next(start()); at != END; at = next(at)) {
      reader.read(BucketScale.middleOf(bucketAt(at)), weightAt(at));
    }
  }

  boolean isFractional() {
    return fractional;
  }

  /** Runs of buckets with weight: number of runs, then per run gap, length, weights. */
  void write(ByteWriter out, boolean asDoubles) {
    double @Nullable [] @Nullable [] known = chunks;
    if (known == null) {
      BucketRuns.write(keys, weights, size, out, asDoubles);
    } else {
      BucketRuns.write(known, firstChunk, out, asDoubles);
    }
  }

  /** Adds what {@link #write} wrote. */
  void read(ByteBuffer in, boolean asDoubles) {
    fractional |= asDoubles;
    long runs = Varint.read(in);
    long bucket = 0;
    for (long run = 0; run < runs; run++) {
      bucket += Varint.unzigzag(Varint.read(in));
      long length = Varint.read(in);
      if (bucket < -LIMIT || length < 1 || bucket + length > LIMIT) {
        throw new IllegalArgumentException("the sketch has buckets out of range");
      }
      if (asDoubles || (chunks == null && length <= MOST_SPARSE)) {
        for (long i = 0; i < length; i++) {
          add((int) (bucket + i), BucketRuns.readWeight(in, asDoubles));
        }
      } else {
        readRun(in, (int) bucket, (int) length);
      }
      bucket += length;
    }
  }

  /** Adds the whole weights of adjacent buckets, chunk by chunk. */
  private void readRun(ByteBuffer in, int first, int length) {
    if (chunks == null) {
      if (size == 0) {
        chunks = new double[3][];
        firstChunk = (first >> CHUNK_BITS) - 1;
      } else {
        toChunks();
      }
    }
    double sum = 0;
    int bucket = first;
    int end = first + length;
    byte[] bytes = in.array();
    int at = in.arrayOffset() + in.position();
    int limit = in.arrayOffset() + in.limit();
    while (bucket < end) {
      double[] chunk = chunk(bucket >> CHUNK_BITS);
      int chunkEnd = Math.min(end, ((bucket >> CHUNK_BITS) + 1) << CHUNK_BITS);
      for (; bucket < chunkEnd; bucket++) {
        double weight;
        if (at < limit && bytes[at] >= 0) {
          weight = bytes[at++];
        } else {
          in.position(at - in.arrayOffset());
          weight = Varint.read(in);
          at = in.arrayOffset() + in.position();
        }
        chunk[bucket & (CHUNK - 1)] += weight;
        sum += weight;
      }
    }
    in.position(at - in.arrayOffset());
    total += sum;
  }

  static boolean isWhole(double weight) {
    return weight == Math.rint(weight) && weight < 1L << 53;
  }
}
