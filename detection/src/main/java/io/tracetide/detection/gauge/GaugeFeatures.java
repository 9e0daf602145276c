package io.tracetide.detection.gauge;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What is remembered of a series, and the features of its next value. */
final class GaugeFeatures {

  /** Indices of the features of a row of the forest. */
  static final int LEVEL = 0;

  static final int CHANGE = 1;
  static final int ROLLING_Z = 2;
  static final int HOUR = 3;
  static final int WIDTH = 4;

  private static final int LEVEL_WINDOWS = 240;
  private static final int RESIDUAL_WINDOWS = 1_000;
  private static final int SMOOTHED = 12;
  private static final int RESIDUALS_FROM = 20;

  /** Least scale of the rolling z as a share of the median. */
  private static final double LEVEL_FLOOR = 0.01;

  private static final double LEAST_SCALE = 1e-9;

  private final RollingSpread levels = new RollingSpread(LEVEL_WINDOWS);
  private final RollingSpread residuals = new RollingSpread(RESIDUAL_WINDOWS);
  private final DailyProfile profile = new DailyProfile();
  private final float[] latest = new float[SMOOTHED];

  private long seen;
  private float previous;

  /** The value that is usual for the time of day and the recent deviations from it. */
  double expected(double value, double hour) {
    return profile.expected(hour, value) + residuals.median();
  }

  /** Scale of the deviations from the time of day. */
  double scale() {
    return residuals.scale(LEAST_SCALE);
  }

  /** The features of a value for the forest. */
  double[] row(float value, double hour) {
    double floor = LEAST_SCALE + LEVEL_FLOOR * Math.abs(levels.median());
    double[] row = new double[WIDTH];
    row[LEVEL] = value;
    row[CHANGE] = seen == 0 ? 0 : value - previous;
    row[ROLLING_Z] = (float) levels.z(value, floor);
    row[HOUR] = Double.isNaN(hour) ? 0 : (float) hour;
    return row;
  }

  /** The usual level. */
  double usualLevel() {
    return levels.median();
  }

  /**
   * Distance of the mean of the last 12 residuals, that of a value included, from its usual range,
   * in scales. The residual is the difference to the usual value of the time of day.
   */
  double dailyResidual(float value, double hour) {
    if (seen < RESIDUALS_FROM) {
      return 0;
    }
    return Math.abs(residuals.z(smoothed(value, hour), LEAST_SCALE));
  }

  private float smoothed(float value, double hour) {
    double sum = value - profile.expected(hour, value);
    int count = (int) Math.min(seen + 1, SMOOTHED);
    for (int i = 1; i < count; i++) {
      sum += latest[(int) ((seen - i) % SMOOTHED)];
    }
    return (float) (sum / count);
  }

  void add(float value, double hour) {
    float smoothed = smoothed(value, hour);
    if (seen >= RESIDUALS_FROM) {
      residuals.add(smoothed);
    }
    latest[(int) (seen % SMOOTHED)] = (float) (value - profile.expected(hour, value));
    levels.add(value);
    profile.add(hour, value);
    previous = value;
    seen++;
  }

  /** Values so far. */
  long seen() {
    return seen;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(seen);
    out.writeFloat(previous);
    for (float residual : latest) {
      out.writeFloat(residual);
    }
    levels.write(out);
    residuals.write(out);
    profile.write(out);
  }

  void read(DataInput in) throws IOException {
    seen = in.readLong();
    previous = in.readFloat();
    for (int i = 0; i < SMOOTHED; i++) {
      latest[i] = in.readFloat();
    }
    levels.read(in);
    residuals.read(in);
    profile.read(in);
  }
}
