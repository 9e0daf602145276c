package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The last values of a sequence, in single precision. */
final class FloatRing {
  private final float[] values;
  private int size;

  /** Index of the next value. */
  private int next;

  FloatRing(int capacity) {
    values = new float[capacity];
  }

  void add(double value) {
    values[next] = (float) value;
    next = next + 1 == values.length ? 0 : next + 1;
    size = Math.min(size + 1, values.length);
  }

  int size() {
    return size;
  }

  /** Copies the values, oldest first, and returns their number. */
  int copyTo(double[] target) {
    int from = size < values.length ? 0 : next;
    for (int i = 0; i < size; i++) {
      target[i] = values[from];
      from = from + 1 == values.length ? 0 : from + 1;
    }
    return size;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    out.writeInt(next);
    for (int i = 0; i < size; i++) {
      out.writeFloat(values[i]);
    }
  }

  void read(DataInput in) throws IOException {
    size = in.readInt();
    next = in.readInt();
    if (size < 0 || size > values.length || next < 0 || next >= values.length) {
      throw new IOException("a ring of %d values at %d".formatted(size, next));
    }
    for (int i = 0; i < size; i++) {
      values[i] = in.readFloat();
    }
  }
}
