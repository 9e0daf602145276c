package io.tracetide.detection.daily;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Deviations that recur at the same time of the day or of the week, such as those of a nightly job:
 * for each ten minutes the largest deviation, over three windows, on each of the latest two days,
 * and in two weeks. What was seen on both days, or in both weeks, within ten minutes, is usual at
 * that time.
 *
 * <p>The smaller of two days or weeks counts, so that one fault is no pattern. So do only
 * deviations of {@value #LEAST} or more: the largest of sixty windows by chance is about 1.5, and
 * would make every time of the day less sensitive. A day has 8,640 windows of 10 s. Memory: about
 * 330 bytes, and 400 for weeks.
 */
public final class DailyDeviations {
  /** Windows in ten minutes. */
  private static final int SLOT = 60;

  private static final int SLOTS = 144;
  private static final int SUM = 3;
  private static final double LEAST = 3;
  private static final double CLIP = 15;
  private static final double STEPS = Byte.MAX_VALUE / CLIP;

  /**
   * The largest deviation of each ten minutes of the latest day, and of the day before, in steps.
   */
  private final byte[] latest = new byte[SLOTS];

  private final byte[] before = new byte[SLOTS];
  private final WeeklyDeviations weekly = new WeeklyDeviations();

  /** The latest deviations, newest first. */
  private final double[] recent = new double[SUM];

  /** The ten minutes that are being filled, and their largest deviation. */
  private long slot = Long.MIN_VALUE;

  private double largest;

  /** Adds a window; positive values are in the direction of the evidence. */
  public void add(long window, double deviation) {
    long now = Math.floorDiv(window, (long) SLOT);
    if (now != slot) {
      if (slot != Long.MIN_VALUE) {
        int at = position(slot);
        before[at] = latest[at];
        latest[at] = largest < LEAST ? 0 : (byte) Math.round(largest * STEPS);
        if (latest[at] > 0) {
          weekly.add(slot, latest[at]);
        }
      }
      slot = now;
      largest = 0;
    }
    System.arraycopy(recent, 0, recent, 1, SUM - 1);
    recent[0] = Math.max(-CLIP, Math.min(CLIP, deviation));
    double sum = 0;
    for (double value : recent) {
      sum += value;
    }
    largest = Math.max(largest, sum / SUM);
  }

  /** The deviation that is usual at the time of a window; 0 for none. */
  public double usual(long window) {
    long now = Math.floorDiv(window, (long) SLOT);
    int most = 0;
    for (long near = now - 1; near <= now + 1; near++) {
      int at = position(near);
      most = Math.max(most, Math.max(Math.min(latest[at], before[at]), weekly.usual(near)));
    }
    return most / STEPS;
  }

  /** A deviation without what is usual at its time; what is not a deviation stays as it is. */
  public double without(long window, double deviation) {
    return deviation <= 0 ? deviation : Math.max(0, deviation - usual(window));
  }

  private static int position(long slot) {
    return (int) Math.floorMod(slot, (long) SLOTS);
  }

  /** Writes the bytes of the weeks, which states of earlier builds do not have. */
  public void writeWeeks(DataOutput out) throws IOException {
    weekly.write(out);
  }

  /** Reads what {@link #writeWeeks} wrote. */
  public void readWeeks(DataInput in) throws IOException {
    weekly.read(in);
  }

  /** Writes its bytes, but for the weeks. */
  public void write(DataOutput out) throws IOException {
    out.write(latest);
    out.write(before);
    for (double value : recent) {
      out.writeDouble(value);
    }
    out.writeLong(slot);
    out.writeDouble(largest);
  }

  /** Reads what {@link #write} wrote. */
  public void read(DataInput in) throws IOException {
    in.readFully(latest);
    in.readFully(before);
    for (int i = 0; i < recent.length; i++) {
      recent[i] = in.readDouble();
    }
    slot = in.readLong();
    largest = in.readDouble();
  }
}
