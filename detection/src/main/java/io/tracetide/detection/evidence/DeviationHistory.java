package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The z of all features of a series in the last 720 windows, clipped, in 8 bits each. The position
 * is the number of the window modulo 720, so that equal positions of all series are the same
 * window.
 */
final class DeviationHistory {
  static final int WINDOWS = 720;
  static final double CLIP = 3;
  private static final double STEPS = Byte.MAX_VALUE / CLIP;

  /** By feature, then by position. */
  private final byte[] steps = new byte[Features.SIZE * WINDOWS];

  void set(long window, double[] z) {
    int position = position(window);
    for (int i = 0; i < Features.SIZE; i++) {
      steps[i * WINDOWS + position] = (byte) Math.round(clip(z[i], CLIP) * STEPS);
    }
  }

  /** Sets a window that is to have no influence. */
  void clear(long window) {
    int position = position(window);
    for (int i = 0; i < Features.SIZE; i++) {
      steps[i * WINDOWS + position] = 0;
    }
  }

  private static int position(long window) {
    return (int) Math.floorMod(window, (long) WINDOWS);
  }

  /** Sum of products with another feature's steps, in squared steps. */
  long product(int feature, DeviationHistory other, int otherFeature) {
    int from = feature * WINDOWS;
    int otherFrom = otherFeature * WINDOWS;
    int sum = 0;
    for (int i = 0; i < WINDOWS; i++) {
      sum += steps[from + i] * other.steps[otherFrom + i];
    }
    return sum;
  }

  /** Adds the z of a feature, times a factor, to sums by position. */
  void addTo(int feature, double factor, double[] sums) {
    if (factor == 0) {
      return;
    }
    double perStep = factor / STEPS;
    int from = feature * WINDOWS;
    for (int i = 0; i < WINDOWS; i++) {
      sums[i] += perStep * steps[from + i];
    }
  }

  /** Sum of products of the z of a feature with values by position. */
  double product(int feature, double[] values) {
    double sum = 0;
    int from = feature * WINDOWS;
    for (int i = 0; i < WINDOWS; i++) {
      sum += values[i] * steps[from + i];
    }
    return sum / STEPS;
  }

  static double clip(double z, double width) {
    return Math.max(-width, Math.min(width, z));
  }

  void write(DataOutput out) throws IOException {
    out.write(steps);
  }

  void read(DataInput in) throws IOException {
    in.readFully(steps);
  }
}
