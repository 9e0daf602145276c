package io.tracetide.processor.window.sketch;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.Varint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Quantiles of a stream of numbers with a bounded relative error, in memory that depends on the
 * range of the values, not on their number.
 *
 * <p>Merging two sketches gives exactly the sketch of all their values, in any order and grouping,
 * so quantiles of operations are merged into those of services, and seconds into hours.
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
   * Not implemented: collapsing of buckets. From 1 microsecond to 24 hours there are at most 1,280.
   */

  /** Maximum relative error of {@link #quantile}. */
  public static final double RELATIVE_ERROR = BucketScale.RELATIVE_ERROR;

  private static final byte FORMAT = 1;
  private static final byte FLAG_FRACTIONAL = 1;

  /*
   * Up to 32 values of weight 1 are stored unchanged: most series have fewer in a window, and then
   * every quantile is exact and no bucket is allocated. With more values, this array is a buffer:
   * spans of thousands of series arrive interleaved, so adding a single value to its bucket causes
   * several cache misses; thirty-two together cause them once.
   *
   * A sketch is small when no value is in a bucket. That depends only on the added values, not on
   * their order or on the methods called, so equal sketches have equal bytes.
   */
  private static final int MOST_VALUES = 32;

  private static final double[] NONE = {};

  private double[] values = NONE;
  private int valueCount;

  private final Buckets positive = new Buckets();
  private @Nullable Buckets negative;
  private double zeros;
  private double count;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  /** Adds one value. NaN and infinities are rejected. */
  public void add(double value) {
    add(value, 1);
  }

  /**
   * Adds one value that represents several.
   *
   * @param weight number of values that this one represents; positive
   */
  public void add(double value, double weight) {
    if (!Double.isFinite(value) || !(weight > 0) || weight == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "a sketch takes finite values with finite positive weights, not "
              + value
              + " x "
              + weight);
    }
    if (weight == 1) {
      if (valueCount == values.length) {
        makeRoom();
      }
      values[valueCount++] = value;
    } else {
      count(value, weight);
    }
  }

  private void makeRoom() {
    if (valueCount < MOST_VALUES) {
      values = Arrays.copyOf(values, Math.max(2, 2 * valueCount));
    } else {
      toBuckets();
    }
  }

  private void toBuckets() {
    double least = Double.POSITIVE_INFINITY;
    double largest = max;
    for (int i = 0; i < valueCount; i++) {
      least = Math.min(least, values[i]);
      largest = Math.max(largest, values[i]);
    }
    if (least >= BucketScale.SMALLEST) {
      positive.addOnes(values, valueCount);
      count += valueCount;
      min = Math.min(min, least);
      max = largest;
    } else {
      for (int i = 0; i < valueCount; i++) {
        count(values[i], 1);
      }
    }
    valueCount = 0;
  }

  private void count(double value, double weight) {
    if (value >= BucketScale.SMALLEST) {
      positive.add(BucketScale.bucketOf(value), weight);
    } else if (value > -BucketScale.SMALLEST) {
      zeros += weight;
    } else {
      negativeBuckets().add(BucketScale.bucketOf(-value), weight);
    }
    count += weight;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }

  /** Whether no value is in a bucket. */
  public boolean isSmall() {
    return count == 0;
  }

  /** Whether this is the only value, with weight 1. */
  public boolean isSingle(double value) {
    return isSmall() && valueCount == 1 && values[0] == value;
  }

  /** Adds all values of another sketch, which is not changed. */
  public void merge(QuantileSketch other) {
    if (!other.isSmall() || valueCount + other.valueCount > MOST_VALUES) {
      toBuckets();
      positive.merge(other.positive);
      if (other.negative != null) {
        negativeBuckets().merge(other.negative);
      }
      zeros += other.zeros;
      count += other.count;
      min = Math.min(min, other.min);
      max = Math.max(max, other.max);
    }
    for (int i = 0; i < other.valueCount; i++) {
      add(other.values[i], 1);
    }
  }

  /** Sum of the weights of all values. */
  public double count() {
    return count + valueCount;
  }

  /** Smallest value; NaN when there is none. */
  public double min() {
    double smallest = min;
    for (int i = 0; i < valueCount; i++) {
      smallest = Math.min(smallest, values[i]);
    }
    return count() == 0 ? Double.NaN : smallest;
  }

  /** Largest value; NaN when there is none. */
  public double max() {
    double largest = max;
    for (int i = 0; i < valueCount; i++) {
      largest = Math.max(largest, values[i]);
    }
    return count() == 0 ? Double.NaN : largest;
  }

  /**
   * The value at rank floor(q * (count - 1)) of the sorted values, counted from 0, within {@link
   * #RELATIVE_ERROR}. The smallest and the largest value are exact.
   *
   * @param q 0 to 1
   * @return NaN when the sketch is empty; exact when it has up to 32 values
   */
  public double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("a quantile is between 0 and 1, not " + q);
    }
    if (isSmall()) {
      return exactQuantile(q);
    }
    toBuckets();
    double rank = Math.floor(q * (Math.max(count, 1) - 1));
    if (rank <= 0 && q < 1) {
      return min;
    }
    if (rank >= count - 1) {
      return max;
    }
    return Math.min(max, Math.max(min, valueAt(rank)));
  }

  private double exactQuantile(double q) {
    if (valueCount == 0) {
      return Double.NaN;
    }
    sortValues();
    return values[(int) Math.floor(q * (valueCount - 1))];
  }

  /**
   * Mean of the natural logarithm of the values, those below 1 as 1, within 0.01; NaN without any.
   */
  public double meanLog() {
    sortValues();
    double sum = Arrays.stream(values, 0, valueCount).map(v -> Math.log(Math.max(v, 1))).sum();
    return count() == 0 ? Double.NaN : (sum + positive.sumOfLogs()) / count();
  }

  /** Sorts the values, if they are not sorted already. */
  private void sortValues() {
    for (int i = 1; i < valueCount; i++) {
      if (Double.compare(values[i], values[i - 1]) < 0) {
        Arrays.sort(values, 0, valueCount);
        return;
      }
    }
  }

  private double valueAt(double rank) {
    double below = 0;
    if (negative != null) {
      below = negative.total();
      if (below > rank) {
        // The largest magnitudes are the smallest values.
        return -BucketScale.middleOf(negative.bucketOfRankFromTheTop(rank));
      }
    }
    below += zeros;
    if (below > rank) {
      return 0;
    }
    return BucketScale.middleOf(positive.bucketOfRank(rank - below));
  }

  /**
   * Weight of the values above a positive limit; with more than 32 values, those within {@link
   * #RELATIVE_ERROR} of the limit may be on either side.
   */
  public double weightAbove(double limit) {
    if (!isSmall()) {
      toBuckets();
      return max > limit ? positive.weightAbove(limit) : 0;
    }
    return (double) Arrays.stream(values, 0, valueCount).filter(v -> v > limit).count();
  }

  private Buckets negativeBuckets() {
    Buckets buckets = negative;
    if (buckets == null) {
      buckets = new Buckets();
      negative = buckets;
    }
    return buckets;
  }

  /** See {@link KeyTable#fetch}. */
  public int fetch() {
    return valueCount == 0 ? 0 : (int) (values[0] + values[valueCount - 1]);
  }

  /** Removes all values. */
  public void clear() {
    valueCount = 0;
    positive.clear();
    negative = null;
    zeros = 0;
    count = 0;
    min = Double.POSITIVE_INFINITY;
    max = Double.NEGATIVE_INFINITY;
  }

  /** Writes the values of a small sketch, preceded by their number plus one. */
  public void writeValues(ByteWriter out) {
    out.putVarint(valueCount + 1L);
    sortValues();
    for (int i = 0; i < valueCount; i++) {
      out.putNumber(values[i]);
    }
  }

  /** Adds values whose number plus one has been read, and returns the largest of them. */
  public double readValues(ByteBuffer in, long countPlusOne) {
    if (countPlusOne - 1 > MOST_VALUES) {
      throw new IllegalArgumentException("the sketch has more values than it may");
    }
    double largest = Double.NEGATIVE_INFINITY;
    for (long i = 1; i < countPlusOne; i++) {
      largest = Varint.readNumber(in);
      add(largest, 1);
    }
    return largest;
  }

  /**
   * Writes the buckets, without count, smallest and largest value; {@link #readBuckets} adds them.
   */
  public void writeBuckets(ByteWriter out, boolean fractional) {
    toBuckets();
    BucketRuns.writeWeight(out, zeros, fractional);
    positive.write(out, fractional);
    if (negative == null) {
      out.putVarint(0);
    } else {
      negative.write(out, fractional);
    }
  }

  /** Adds the written values of another sketch, given its smallest and largest one. */
  public void readBuckets(ByteBuffer in, boolean fractional, double smallest, double largest) {
    double before = positive.total() + (negative == null ? 0 : negative.total());
    double moreZeros = BucketRuns.readWeight(in, fractional);
    zeros += moreZeros;
    positive.read(in, fractional);
    if (in.get(in.position()) == 0) {
      in.get();
    } else {
      negativeBuckets().read(in, fractional);
    }
    double after = positive.total() + (negative == null ? 0 : negative.total());
    count += moreZeros + (after - before);
    min = Math.min(min, smallest);
    max = Math.max(max, largest);
  }

  /**
   * Reads the wire form.
   *
   * @throws IllegalArgumentException when the bytes are not a sketch
   */
  public static QuantileSketch fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte format = in.get();
      if (format != FORMAT) {
        throw new IllegalArgumentException("unknown sketch format " + format);
      }
      boolean fractional = (in.get() & FLAG_FRACTIONAL) != 0;
      QuantileSketch sketch = new QuantileSketch();
      sketch.readBuckets(in, fractional, in.getDouble(), in.getDouble());
      return sketch;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the sketch is cut short", e);
    }
  }

  /** The sketch in its wire form, format 1 of docs/adr/0004-quantile-sketch.md, for topics. */
  public byte[] toBytes() {
    ByteWriter out = new ByteWriter();
    writeTo(out);
    return out.toByteArray();
  }

  /** Writes the same as {@link #toBytes}. */
  public void writeTo(ByteWriter out) {
    boolean small = isSmall();
    if (small) {
      sortValues();
    } else {
      toBuckets();
    }
    boolean fractional = isFractional();
    out.put(FORMAT);
    out.put(fractional ? FLAG_FRACTIONAL : 0);
    boolean empty = count() == 0;
    out.putDouble(small && !empty ? values[0] : min);
    out.putDouble(small && !empty ? values[valueCount - 1] : max);
    if (!small) {
      writeBuckets(out, fractional);
    } else if (empty || values[0] >= BucketScale.SMALLEST) {
      // The wire form has only buckets; positive values are written without allocating them.
      out.putVarint(0);
      BucketRuns.writeOnes(values, valueCount, out);
      out.putVarint(0);
    } else {
      QuantileSketch inBuckets = new QuantileSketch();
      inBuckets.merge(this);
      inBuckets.writeBuckets(out, false);
    }
  }

  /** Whether a weight is not a whole number. */
  public boolean isFractional() {
    return !Buckets.isWhole(zeros)
        || positive.isFractional()
        || (negative != null && negative.isFractional());
  }
}
