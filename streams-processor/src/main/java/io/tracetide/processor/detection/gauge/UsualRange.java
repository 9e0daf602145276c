package io.tracetide.processor.detection.gauge;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The usual values of a series: median and scale of the latest {@value #SIZE} windows that are not
 * part of an anomaly.
 */
final class UsualRange {

  /*
   * The scale is the largest of two quantile ranges as standard deviations of normal values, an
   * eighth of the whole range, 5 % of the median, and a floor of the kind of the values. The whole
   * range makes series with rare short peaks quiet; the 5 % do so with series that are constant.
   */
  static final int SIZE = 240;

  /** Values from which the range is known. */
  static final int LEAST = 20;

  private static final double CENTRAL_90 = 3.29;
  private static final double CENTRAL_50 = 1.349;
  private static final double WHOLE = 8;
  private static final double RELATIVE_FLOOR = 0.05;
  private static final double LEAST_SCALE = 1e-9;

  private final float[] ring = new float[SIZE];
  private int size;
  private int next;
  private double median = Double.NaN;
  private double scale = LEAST_SCALE;

  void add(double value) {
    ring[next] = (float) value;
    next = (next + 1) % SIZE;
    size = Math.min(SIZE, size + 1);
    compute();
  }

  private void compute() {
    float[] sorted = Arrays.copyOf(ring, size);
    Arrays.sort(sorted);
    median = sorted[size / 2];
    double outer = (at(sorted, 0.95) - at(sorted, 0.05)) / CENTRAL_90;
    double inner = (at(sorted, 0.75) - at(sorted, 0.25)) / CENTRAL_50;
    double whole = (sorted[size - 1] - sorted[0]) / WHOLE;
    double relative = RELATIVE_FLOOR * Math.abs(median);
    scale = Math.max(Math.max(outer, inner), Math.max(whole, Math.max(relative, LEAST_SCALE)));
  }

  private static double at(float[] sorted, double quantile) {
    return sorted[(int) (quantile * (sorted.length - 1))];
  }

  int size() {
    return size;
  }

  boolean isKnown() {
    return size >= LEAST;
  }

  /** NaN without values. */
  double median() {
    return median;
  }

  /**
   * The scale.
   *
   * @param floor its minimum
   */
  double scale(double floor) {
    return Math.max(scale, floor);
  }

  void write(DataOutput out) throws IOException {
    out.writeShort(size);
    for (int i = 0; i < size; i++) {
      out.writeFloat(ring[Math.floorMod(next - size + i, SIZE)]);
    }
  }

  void read(DataInput in) throws IOException {
    int count = in.readUnsignedShort();
    if (count > SIZE) {
      throw new IOException("%d values of at most %d".formatted(count, SIZE));
    }
    for (int i = 0; i < count; i++) {
      ring[i] = in.readFloat();
    }
    size = count;
    next = count % SIZE;
    if (size > 0) {
      compute();
    }
  }
}
