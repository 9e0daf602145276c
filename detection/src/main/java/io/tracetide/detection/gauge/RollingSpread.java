package io.tracetide.detection.gauge;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Median and spread of the last values of a sequence, in single precision. */
public final class RollingSpread {

  /*
   * The values are kept twice: in the order of their arrival, and sorted. A value is added in
   * O(log n) comparisons and one move of memory. Only the first order is saved.
   */
  private static final int LEAST = 10;

  /** Standard deviations between the quantiles .05 and .95, and .25 and .75, of normal values. */
  private static final double CENTRAL_90 = 3.29;

  private static final double CENTRAL_50 = 1.349;

  private final float[] ring;
  private final float[] sorted;
  private int size;
  private int next;

  /**
   * @param capacity number of values that are kept
   */
  public RollingSpread(int capacity) {
    ring = new float[capacity];
    sorted = new float[capacity];
  }

  /** Adds a value; the oldest one leaves when there are too many. */
  public void add(float value) {
    if (size == ring.length) {
      int leaving = Arrays.binarySearch(sorted, 0, size, ring[next]);
      System.arraycopy(sorted, leaving + 1, sorted, leaving, size - leaving - 1);
      size--;
    }
    ring[next] = value;
    next = next + 1 == ring.length ? 0 : next + 1;
    insert(value);
  }

  private void insert(float value) {
    int found = Arrays.binarySearch(sorted, 0, size, value);
    int at = found < 0 ? -found - 1 : found;
    System.arraycopy(sorted, at, sorted, at + 1, size - at);
    sorted[at] = value;
    size++;
  }

  /** The median; 0 without values. */
  public double median() {
    return size == 0 ? 0 : sorted[size / 2];
  }

  /**
   * The scale: the greatest of two quantile ranges, as standard deviations of normal values, and of
   * a floor.
   */
  double scale(double floor) {
    if (size == 0) {
      return floor;
    }
    double outer = (quantile(0.95) - quantile(0.05)) / CENTRAL_90;
    double inner = (quantile(0.75) - quantile(0.25)) / CENTRAL_50;
    return Math.max(Math.max(outer, inner), floor);
  }

  /** Distance from the median in scales; 0 while there are fewer than 10 values. */
  public double z(double value, double floor) {
    return size < LEAST ? 0 : (value - median()) / scale(floor);
  }

  private double quantile(double q) {
    return sorted[(int) (q * (size - 1))];
  }

  void write(DataOutput out) throws IOException {
    out.writeShort(size);
    for (int i = 0; i < size; i++) {
      out.writeFloat(ring[(next - size + i + ring.length) % ring.length]);
    }
  }

  void read(DataInput in) throws IOException {
    int count = in.readUnsignedShort();
    if (count > ring.length) {
      throw new IOException("%d values of at most %d".formatted(count, ring.length));
    }
    for (int i = 0; i < count; i++) {
      add(in.readFloat());
    }
  }
}
