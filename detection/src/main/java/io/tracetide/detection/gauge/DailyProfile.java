package io.tracetide.detection.gauge;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The usual value for each half hour of the day: an exponentially weighted mean. */
final class DailyProfile {
  private static final int BINS = 48;
  private static final double STEP = 0.2;
  private static final int MANY = 255;

  private final float[] means = new float[BINS];

  /** Values of each half hour, at most {@link #MANY}. */
  private final int[] counts = new int[BINS];

  /** The usual value; that of {@code fallback} when there is none for this half hour. */
  double expected(double hour, double fallback) {
    int bin = bin(hour);
    return counts[bin] == 0 ? fallback : means[bin];
  }

  void add(double hour, double value) {
    int bin = bin(hour);
    double step = Math.max(STEP, 1.0 / (counts[bin] + 1));
    means[bin] = (float) (means[bin] + step * (value - means[bin]));
    counts[bin] = Math.min(MANY, counts[bin] + 1);
  }

  /** Without a time of day there is one profile for all values. */
  private static int bin(double hour) {
    return Double.isNaN(hour) ? 0 : Math.min(BINS - 1, (int) (hour * BINS / 24));
  }

  void write(DataOutput out) throws IOException {
    for (int i = 0; i < BINS; i++) {
      out.writeFloat(means[i]);
      out.writeByte(counts[i]);
    }
  }

  void read(DataInput in) throws IOException {
    for (int i = 0; i < BINS; i++) {
      means[i] = in.readFloat();
      counts[i] = in.readUnsignedByte();
    }
  }
}
