package io.tracetide.processor.window;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles of a stream of numbers with a bounded relative error, in memory that depends on the
 * spread of the values and not on how many there are.
 *
 * <p>Merging two sketches gives exactly the sketch of all their values, in any order and grouping,
 * so quantiles of operations merge into quantiles of services, and seconds into hours.
 *
 * <p>Not thread-safe.
 */
public final class QuantileSketch {

  /*
   * A histogram with buckets that grow geometrically (as in DDSketch: Masson, Rim, Lee, VLDB 2019,
   * section 2). Each octave [2^e, 2^(e+1)) is cut into 35 buckets, so that gamma = 2^(1/35) and a
   * bucket's harmonic middle, 2 * lower * gamma / (1 + gamma), is within (gamma - 1) / (gamma + 1)
   * = 0.99 % of each value in it. 35 is the smallest number of buckets that keeps 1 %.
   *
   * The bucket of a value is found without a logarithm: the exponent is read from the bits of the
   * double, and the leading 8 bits of the mantissa select a cell that meets at most one bucket
   * boundary (a cell is 0.27-0.39 % wide, a bucket 2 %), so one comparison decides.
   *
   * Buckets lie in chunks of 32, made when first needed: an operation whose latencies spread over a
   * factor of ten needs four or five chunks (1.2 kB), wherever on the scale they lie.
   *
   * Left out: collapsing of buckets. From 1 microsecond to 24 hours there are at most 1,280.
   */

  /** Greatest relative error of {@link #quantile}. */
  public static final double RELATIVE_ERROR;

  private static final int BUCKETS_PER_OCTAVE = 35;
  private static final int CHUNK_BITS = 5;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final byte FORMAT = 1;
  private static final byte FLAG_FRACTIONAL = 1;

  /** Magnitudes below this count as zero. */
  private static final double SMALLEST = 1e-9;

  /** Lower bounds of an octave's buckets, and 2 at the end. */
  private static final double[] BOUNDS = new double[BUCKETS_PER_OCTAVE + 1];

  /** Bucket of the smallest value in each of the 256 cells of the mantissa. */
  private static final byte[] CELL_BUCKET = new byte[256];

  private static final double MIDDLE;

  static {
    for (int i = 0; i <= BUCKETS_PER_OCTAVE; i++) {
      BOUNDS[i] = Math.pow(2, (double) i / BUCKETS_PER_OCTAVE);
    }
    int bucket = 0;
    for (int cell = 0; cell < CELL_BUCKET.length; cell++) {
      double lowest = 1 + cell / 256.0;
      while (BOUNDS[bucket + 1] <= lowest) {
        bucket++;
      }
      CELL_BUCKET[cell] = (byte) bucket;
    }
    double gamma = BOUNDS[1];
    RELATIVE_ERROR = (gamma - 1) / (gamma + 1);
    MIDDLE = 2 * gamma / (1 + gamma);
  }

  private final Buckets positive = new Buckets();
  private @Nullable Buckets negative;
  private double zeros;
  private double count;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  /** Adds one value. Not a number and infinities are refused: they have no place on the scale. */
  public void add(double value) {
    add(value, 1);
  }

  /**
   * Adds one value that stands for several.
   *
   * @param weight how many values this one stands for; positive
   */
  public void add(double value, double weight) {
    if (!Double.isFinite(value) || !(weight > 0) || weight == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "a sketch takes finite values with finite positive weights, not "
              + value
              + " x "
              + weight);
    }
    if (value >= SMALLEST) {
      positive.add(bucketOf(value), weight);
    } else if (value > -SMALLEST) {
      zeros += weight;
    } else {
      negativeBuckets().add(bucketOf(-value), weight);
    }
    count += weight;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }

  /** Adds all values of another sketch, which stays as it is. */
  public void merge(QuantileSketch other) {
    positive.merge(other.positive);
    if (other.negative != null) {
      negativeBuckets().merge(other.negative);
    }
    zeros += other.zeros;
    count += other.count;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /** Sum of the weights of all values. */
  public double count() {
    return count;
  }

  /** Smallest value; not a number when there is none. */
  public double min() {
    return count == 0 ? Double.NaN : min;
  }

  /** Largest value; not a number when there is none. */
  public double max() {
    return count == 0 ? Double.NaN : max;
  }

  /**
   * The value at rank floor(q * (count - 1)) of the sorted values, counted from 0, within {@link
   * #RELATIVE_ERROR}. The first and the last value are exact; so is everything when there is just
   * one.
   *
   * @param q 0 to 1
   * @return not a number when the sketch is empty
   */
  public double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("a quantile is between 0 and 1, not " + q);
    }
    if (count == 0) {
      return Double.NaN;
    }
    double rank = Math.floor(q * (Math.max(count, 1) - 1));
    if (rank <= 0 && q < 1) {
      return min;
    }
    if (rank >= count - 1) {
      return max;
    }
    return Math.min(max, Math.max(min, valueAt(rank)));
  }

  private double valueAt(double rank) {
    double below = 0;
    if (negative != null) {
      for (int bucket = negative.last(); bucket >= negative.first(); bucket--) {
        below += negative.weight(bucket);
        if (below > rank) {
          return -middleOf(bucket);
        }
      }
    }
    below += zeros;
    if (below > rank) {
      return 0;
    }
    int last = positive.last();
    for (int bucket = positive.first(); bucket <= last; bucket++) {
      below += positive.weight(bucket);
      if (below > rank) {
        return middleOf(bucket);
      }
    }
    return max;
  }

  private Buckets negativeBuckets() {
    Buckets buckets = negative;
    if (buckets == null) {
      buckets = new Buckets();
      negative = buckets;
    }
    return buckets;
  }

  static int bucketOf(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52) - 1023;
    int inOctave = CELL_BUCKET[(int) (bits >>> 44) & 0xff];
    double mantissa =
        Double.longBitsToDouble((bits & 0x000f_ffff_ffff_ffffL) | 0x3ff0_0000_0000_0000L);
    if (mantissa >= BOUNDS[inOctave + 1]) {
      inOctave++;
    }
    return exponent * BUCKETS_PER_OCTAVE + inOctave;
  }

  static double middleOf(int bucket) {
    int octave = Math.floorDiv(bucket, BUCKETS_PER_OCTAVE);
    return Math.scalb(BOUNDS[bucket - octave * BUCKETS_PER_OCTAVE], octave) * MIDDLE;
  }

  /** Upper bound of the bytes that {@link #write} needs. */
  int maxEncodedBytes() {
    return 2
        + 8
        + 16
        + positive.maxEncodedBytes()
        + (negative == null ? 1 : negative.maxEncodedBytes());
  }

  /** Writes format 1, as described in docs/adr/0004-quantile-sketch.md. */
  void write(ByteBuffer out) {
    boolean fractional = isFractional();
    out.put(FORMAT).put(fractional ? FLAG_FRACTIONAL : 0);
    if (count == 0) {
      min = Double.POSITIVE_INFINITY;
      max = Double.NEGATIVE_INFINITY;
    }
    out.putDouble(min).putDouble(max);
    writeWeight(out, zeros, fractional);
    positive.write(out, fractional);
    if (negative == null) {
      Varint.write(out, 0);
    } else {
      negative.write(out, fractional);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  static QuantileSketch read(ByteBuffer in) {
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException("unknown sketch format " + format);
      }
      boolean fractional = (in.get() & FLAG_FRACTIONAL) != 0;
      QuantileSketch sketch = new QuantileSketch();
      sketch.min = in.getDouble();
      sketch.max = in.getDouble();
      sketch.zeros = readWeight(in, fractional);
      sketch.count = sketch.zeros + sketch.positive.read(in, fractional);
      if (in.get(in.position()) == 0) {
        in.get();
      } else {
        sketch.count += sketch.negativeBuckets().read(in, fractional);
      }
      return sketch;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the sketch is cut short", e);
    }
  }

  /** The sketch in its wire form, for topics. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(maxEncodedBytes());
    write(out);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /**
   * Reads the wire form.
   *
   * @throws IllegalArgumentException when the bytes are not a sketch
   */
  public static QuantileSketch fromBytes(byte[] bytes) {
    return read(ByteBuffer.wrap(bytes));
  }

  private boolean isFractional() {
    return !isWhole(zeros)
        || positive.isFractional()
        || (negative != null && negative.isFractional());
  }

  private static boolean isWhole(double weight) {
    return weight == Math.rint(weight) && weight < 1L << 53;
  }

  private static void writeWeight(ByteBuffer out, double weight, boolean fractional) {
    if (fractional) {
      out.putDouble(weight);
    } else {
      Varint.write(out, (long) weight);
    }
  }

  private static double readWeight(ByteBuffer in, boolean fractional) {
    return fractional ? in.getDouble() : Varint.read(in);
  }

  /** Weights by bucket, in chunks that exist only where there are values. */
  private static final class Buckets {

    /** Greatest span of buckets that a double can reach, either way of zero. */
    private static final int LIMIT = 1100 * BUCKETS_PER_OCTAVE;

    private double[] @Nullable [] chunks = new double[4][];

    /** Chunk number of {@code chunks[0]}; meaningless while there is no chunk. */
    private int firstChunk;

    private boolean empty = true;

    void add(int bucket, double weight) {
      chunk(bucket >> CHUNK_BITS)[bucket & (CHUNK - 1)] += weight;
    }

    private double[] chunk(int number) {
      if (empty) {
        empty = false;
        firstChunk = number - chunks.length / 2;
      }
      int at = number - firstChunk;
      if (at < 0 || at >= chunks.length) {
        at = reach(number);
      }
      double[] chunk = chunks[at];
      if (chunk == null) {
        chunk = new double[CHUNK];
        chunks[at] = chunk;
      }
      return chunk;
    }

    private int reach(int number) {
      int low = Math.min(firstChunk, number);
      int high = Math.max(firstChunk + chunks.length - 1, number);
      double[][] wider = new double[high - low + 3][];
      int newFirst = number < firstChunk ? low - 2 : low;
      System.arraycopy(chunks, 0, wider, firstChunk - newFirst, chunks.length);
      chunks = wider;
      firstChunk = newFirst;
      return number - firstChunk;
    }

    void merge(Buckets other) {
      for (int i = 0; i < other.chunks.length; i++) {
        double[] from = other.chunks[i];
        if (from != null) {
          double[] into = chunk(other.firstChunk + i);
          for (int j = 0; j < CHUNK; j++) {
            into[j] += from[j];
          }
        }
      }
    }

    /** First bucket that may hold a value; greater than {@link #last} when there is none. */
    int first() {
      return empty ? 0 : firstChunk << CHUNK_BITS;
    }

    int last() {
      return empty ? -1 : ((firstChunk + chunks.length) << CHUNK_BITS) - 1;
    }

    double weight(int bucket) {
      double[] chunk = chunks[(bucket >> CHUNK_BITS) - firstChunk];
      return chunk == null ? 0 : chunk[bucket & (CHUNK - 1)];
    }

    boolean isFractional() {
      for (double[] chunk : chunks) {
        if (chunk != null) {
          for (double weight : chunk) {
            if (!isWhole(weight)) {
              return true;
            }
          }
        }
      }
      return false;
    }

    int maxEncodedBytes() {
      int used = 0;
      for (double[] chunk : chunks) {
        used += chunk == null ? 0 : 1;
      }
      // Each bucket at most a weight of 9 bytes and, alternating with empty ones, half a run
      // header.
      return 5 + used * CHUNK * 14;
    }

    /** Runs of buckets with weight: number of runs, then per run gap, length, weights. */
    void write(ByteBuffer out, boolean fractional) {
      int runs = 0;
      int last = last();
      boolean inRun = false;
      for (int bucket = first(); bucket <= last; bucket++) {
        boolean used = weight(bucket) != 0;
        runs += used && !inRun ? 1 : 0;
        inRun = used;
      }
      Varint.write(out, runs);
      int previousEnd = 0;
      for (int bucket = first(); bucket <= last; bucket++) {
        if (weight(bucket) == 0) {
          continue;
        }
        int end = bucket;
        while (end <= last && weight(end) != 0) {
          end++;
        }
        Varint.write(out, Varint.zigzag(bucket - previousEnd));
        Varint.write(out, end - bucket);
        for (; bucket < end; bucket++) {
          writeWeight(out, weight(bucket), fractional);
        }
        previousEnd = end;
      }
    }

    /** Returns the sum of the weights read. */
    double read(ByteBuffer in, boolean fractional) {
      double sum = 0;
      long runs = Varint.read(in);
      long bucket = 0;
      for (long run = 0; run < runs; run++) {
        bucket += Varint.unzigzag(Varint.read(in));
        long length = Varint.read(in);
        if (bucket < -LIMIT || length < 1 || bucket + length > LIMIT) {
          throw new IllegalArgumentException("the sketch has buckets out of range");
        }
        for (long i = 0; i < length; i++, bucket++) {
          double weight = readWeight(in, fractional);
          add((int) bucket, weight);
          sum += weight;
        }
      }
      return sum;
    }
  }
}
