package io.tracetide.processor.window.sketch;

/** The buckets of a {@link QuantileSketch}: 35 to an octave, each 2 % wide. */
final class BucketScale {

  /*
   * The bucket of a value is found without a logarithm: the exponent is read from the bits of the
   * double, and the leading 8 bits of the mantissa select a cell that meets at most one bucket
   * boundary (a cell is 0.27-0.39 % wide, a bucket 2 %), so one comparison decides.
   */

  static final int BUCKETS_PER_OCTAVE = 35;

  /** Maximum relative error of a bucket's middle. */
  static final double RELATIVE_ERROR;

  /** Magnitudes below this count as zero. */
  static final double SMALLEST = 1e-9;

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

  private BucketScale() {}

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
    return lowerBoundOf(bucket) * MIDDLE;
  }

  /** The smallest value of a bucket. */
  static double lowerBoundOf(int bucket) {
    int octave = Math.floorDiv(bucket, BUCKETS_PER_OCTAVE);
    return Math.scalb(BOUNDS[bucket - octave * BUCKETS_PER_OCTAVE], octave);
  }
}
