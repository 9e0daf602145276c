package io.tracetide.processor.window.sketch;

import io.tracetide.processor.bytes.ByteWriter;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/** The buckets of a {@link QuantileSketch}. */
public final class SketchBuckets {

  /** Groups of buckets to an octave; each is seven buckets, 15 % wide. */
  public static final int GROUPS_PER_OCTAVE = 5;

  /** Maximum relative error of the middle of a group. */
  public static final double GROUP_ERROR;

  private static final int GROUP = BucketScale.BUCKETS_PER_OCTAVE / GROUPS_PER_OCTAVE;

  static {
    double width = Math.pow(2, 1.0 / GROUPS_PER_OCTAVE);
    GROUP_ERROR = (width - 1) / (width + 1);
  }

  private SketchBuckets() {}

  /** Receives the weight of a bucket. */
  @FunctionalInterface
  public interface Reader {

    /**
     * One bucket.
     *
     * @param middle within {@link QuantileSketch#RELATIVE_ERROR} of all values in it
     */
    void read(double middle, double weight);
  }

  /** Receives the weight of a group of buckets. */
  @FunctionalInterface
  public interface GroupReader {

    /** The values in [from, to); both are 0 for values of zero and below. */
    void read(double from, double to, double weight);
  }

  /**
   * Reads the weights by groups of buckets, ascending and without the empty ones, after all values
   * have been moved to their buckets. The groups of all sketches have the same bounds.
   */
  public static void eachGroup(QuantileSketch sketch, GroupReader reader) {
    TreeMap<Integer, Double> groups = new TreeMap<>();
    each(
        sketch,
        (middle, weight) -> {
          if (middle == 0) {
            reader.read(0, 0, weight);
          } else {
            groups.merge(Math.floorDiv(BucketScale.bucketOf(middle), GROUP), weight, Double::sum);
          }
        });
    groups.forEach(
        (group, weight) ->
            reader.read(
                BucketScale.lowerBoundOf(group * GROUP),
                BucketScale.lowerBoundOf((group + 1) * GROUP),
                weight));
  }

  /**
   * Reads the weights by bucket, ascending, after all values have been moved to their buckets. The
   * middle of a bucket is always the same number. Values of zero and below are read as zero.
   */
  public static void each(QuantileSketch sketch, Reader reader) {
    boolean fractional = sketch.isFractional();
    ByteWriter out = new ByteWriter();
    sketch.writeBuckets(out, fractional);
    ByteBuffer in = ByteBuffer.wrap(out.toByteArray());
    double zeros = BucketRuns.readWeight(in, fractional);
    Buckets positive = new Buckets();
    positive.read(in, fractional);
    Buckets negative = new Buckets();
    negative.read(in, fractional);
    if (zeros + negative.total() > 0) {
      reader.read(0, zeros + negative.total());
    }
    positive.each(reader);
  }
}
