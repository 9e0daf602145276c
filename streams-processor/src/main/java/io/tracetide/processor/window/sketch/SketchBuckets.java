package io.tracetide.processor.window.sketch;

import io.tracetide.processor.bytes.ByteWriter;
import java.nio.ByteBuffer;

/** The buckets of a {@link QuantileSketch}. */
public final class SketchBuckets {

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

  /**
   * Reads the weights by bucket, ascending, after all values have been moved to their buckets. The
   * middle of a bucket is always the same number. Values of zero and below are read as zero.
   */
  public static void each(QuantileSketch sketch, Reader reader) {
    boolean fractional = sketch.isFractional();
    ByteWriter out = new ByteWriter();
    sketch.writeBuckets(out, fractional);
    ByteBuffer in = ByteBuffer.wrap(out.toByteArray());
    double zeros = Buckets.readWeight(in, fractional);
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
