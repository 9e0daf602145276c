package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How heavy the upper tail of a series' evidence usually is: the quantile .99 of the last 1440
 * values, divided by the 3 that a light tail has. Evidence of series that often deviate is divided
 * by it.
 */
final class TailScale {
  static final int CAPACITY = 1_440;
  private static final int LEAST = 120;
  private static final int REFRESH = 30;
  private static final double QUANTILE = 0.99;
  private static final double LIGHT = 3;

  /** Resolution of the stored evidence, which is kept in 16 bits. */
  private static final double STEPS = 256;

  private final short[] values = new short[CAPACITY];
  private int size;
  private int next;
  private double scale = 1;

  double scale() {
    return scale;
  }

  void add(double evidence, double[] scratch) {
    long steps = Math.round(evidence * STEPS);
    values[next] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, steps));
    next = next + 1 == CAPACITY ? 0 : next + 1;
    size = Math.min(size + 1, CAPACITY);
    if (size >= LEAST && next % REFRESH == 0) {
      for (int i = 0; i < size; i++) {
        scratch[i] = values[i];
      }
      scale = Math.max(1, RobustStatistics.quantile(scratch, size, QUANTILE) / STEPS / LIGHT);
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    out.writeInt(next);
    out.writeDouble(scale);
    for (int i = 0; i < size; i++) {
      out.writeShort(values[i]);
    }
  }

  void read(DataInput in) throws IOException {
    size = in.readInt();
    next = in.readInt();
    scale = in.readDouble();
    if (size < 0 || size > CAPACITY || next < 0 || next >= CAPACITY) {
      throw new IOException("a tail of %d values at %d".formatted(size, next));
    }
    for (int i = 0; i < size; i++) {
      values[i] = in.readShort();
    }
  }
}
