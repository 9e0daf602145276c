package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Robust centre and scale of past values, as they were at the last refresh. */
final class Spread {
  private double center;
  private double scale = Double.POSITIVE_INFINITY;

  void set(double newCenter, double newScale) {
    center = newCenter;
    scale = newScale;
  }

  boolean isKnown() {
    return scale < Double.POSITIVE_INFINITY;
  }

  double center() {
    return center;
  }

  double scale() {
    return scale;
  }

  /** Robust z; 0 until the spread is known. */
  double z(double value) {
    return (value - center) / scale;
  }

  void write(DataOutput out) throws IOException {
    out.writeDouble(center);
    out.writeDouble(scale);
  }

  void read(DataInput in) throws IOException {
    center = in.readDouble();
    scale = in.readDouble();
  }
}
