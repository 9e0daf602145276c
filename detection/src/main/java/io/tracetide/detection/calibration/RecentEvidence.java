package io.tracetide.detection.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Evidence of one channel of a series in its latest windows: its sum, which measures how large and
 * how persistent a deviation is, and how often the series deviated before.
 *
 * <p>A deviation begins when two of three windows have evidence above {@link ChanceTail#FROM} and
 * ends after {@value #GAP} windows in which this is not so. One that would open an episode counts
 * as an earlier episode afterwards, with a weight that falls by half in two and a half hours of
 * windows of 10 s.
 */
public final class RecentEvidence {
  /** Windows of the sum. */
  public static final int WINDOWS = 6;

  /** Evidence of a window counts for at most this many thresholds. */
  public static final double MOST = 3;

  private static final int GAP = 6;

  /** A deviation begins with two windows. */
  static final int LEAST_AGE = 2;

  /** Windows after which a deviation counts as over. */
  private static final int OVER = 2;

  private static final double DECAY = 1 - 1.0 / 1_440;
  private static final double NEGLIGIBLE = 1e-3;

  /** Newest first. */
  private final float[] values = new float[WINDOWS];

  /** Height of the deviation that has not ended; 0 when there is none. */
  private float height;

  /** Greatest sum of the deviation. */
  private float peak;

  /** Windows since the first one of the deviation, with it. */
  private int age;

  /** Latest windows in which it was not above {@link ChanceTail#FROM}. */
  private int quiet;

  private double earlier;

  /** Height of the deviation that ended with the latest window; 0 when none did. */
  private double ended;

  /**
   * Adds a window.
   *
   * @param evidence as a multiple of the threshold; 0 when the window does not deviate itself
   */
  public void add(double evidence) {
    System.arraycopy(values, 0, values, 1, WINDOWS - 1);
    values[0] = (float) limited(evidence);
    earlier = earlier < NEGLIGIBLE ? 0 : earlier * DECAY;
    ended = 0;
    float level = Math.min(values[0], Math.max(values[1], values[2]));
    if (level > ChanceTail.FROM) {
      height = Math.max(height, level);
      age = age == 0 ? LEAST_AGE : Math.min(WINDOWS, age + 1);
      quiet = 0;
    } else if (height > 0) {
      age = Math.min(WINDOWS, age + 1);
      quiet++;
    }
    peak = height > 0 ? Math.max(peak, (float) sum()) : 0;
    if (quiet >= GAP) {
      ended = height;
      earlier += height > 1 ? 1 : 0;
      height = 0;
      peak = 0;
      age = 0;
      quiet = 0;
    }
  }

  private static double limited(double evidence) {
    return Math.max(0, Math.min(MOST, evidence));
  }

  /** Whether there is a deviation that has not ended. */
  public boolean deviates() {
    return height > 0;
  }

  /**
   * Greatest sum of the latest {@value #WINDOWS} windows since the deviation began, at most {@value
   * #MOST} for each; 0 without one.
   */
  public double peak() {
    return peak;
  }

  /**
   * Windows of the deviation that are known, 2 to {@value #WINDOWS}: all of them once it is over.
   */
  public int duration() {
    return quiet >= OVER ? WINDOWS : Math.max(LEAST_AGE, age);
  }

  private double sum() {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  /**
   * Height of the deviation that ended with the latest window, in thresholds: the greatest evidence
   * that two of three windows had. 0 when none ended.
   */
  public double ended() {
    return ended;
  }

  /** Earlier episodes, each with a weight that falls with time. */
  public double earlier() {
    return earlier;
  }

  public void write(DataOutput out) throws IOException {
    for (float value : values) {
      out.writeFloat(value);
    }
    out.writeFloat(height);
    out.writeFloat(peak);
    out.writeInt(age);
    out.writeInt(quiet);
    out.writeDouble(earlier);
  }

  public void read(DataInput in) throws IOException {
    for (int i = 0; i < WINDOWS; i++) {
      values[i] = in.readFloat();
    }
    height = in.readFloat();
    peak = in.readFloat();
    age = in.readInt();
    quiet = in.readInt();
    earlier = in.readDouble();
  }
}
