package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Evidence of a shift that may have begun up to some windows ago: the largest robust z of the sums
 * of the last L values, over several L. A small shift that lasts grows with the square root of L,
 * and noise does not.
 */
final class SequentialSums {
  static final int CAPACITY = 480;
  private static final int[] LENGTHS = {1, 2, 3, 5};
  private static final int LONGEST = 5;
  private static final int LEAST = 60;
  private static final int REFRESH = 20;

  /** A single value counts for at most this many scales, so that it cannot fill a long sum. */
  private static final double CLIP = 12;

  private final double floor;
  private final FloatRing history = new FloatRing(CAPACITY);
  private final Spread[] spreads = new Spread[LENGTHS.length];

  /** The latest values, newest first, also those that are not learned. */
  private final double[] recent = new double[LONGEST];

  private int untilRefresh;
  private int bestLength = 1;

  SequentialSums(double floor) {
    this.floor = floor;
    for (int i = 0; i < spreads.length; i++) {
      spreads[i] = new Spread();
    }
  }

  /**
   * Evidence with a new value: scales above the usual sums, or below them for the sign -1; 0 until
   * enough is known.
   */
  double add(double value, int sign) {
    System.arraycopy(recent, 0, recent, 1, LONGEST - 1);
    recent[0] = clip(value);
    bestLength = 1;
    if (!spreads[0].isKnown()) {
      return 0;
    }
    double best = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int summed = 0;
    for (int i = 0; i < LENGTHS.length; i++) {
      while (summed < LENGTHS[i]) {
        sum += recent[summed++];
      }
      double z = sign * spreads[i].z(sum / Math.sqrt(LENGTHS[i]));
      if (z > best) {
        best = z;
        bestLength = LENGTHS[i];
      }
    }
    return best;
  }

  /** Whether there are enough values for evidence. */
  boolean isKnown() {
    return spreads[0].isKnown();
  }

  /** Evidence of a value alone, which does not become part of any sum. */
  double single(double value, int sign) {
    return spreads[0].isKnown() ? sign * spreads[0].z(clip(value)) : 0;
  }

  /**
   * Evidence if the latest values had been greater, without a change of the state.
   *
   * @param shift what is added to each of them
   * @param duration number of latest values to which it is added
   */
  double shifted(double shift, int duration, int sign) {
    if (!spreads[0].isKnown()) {
      return 0;
    }
    double best = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int summed = 0;
    for (int i = 0; i < LENGTHS.length; i++) {
      while (summed < LENGTHS[i]) {
        sum += clip(recent[summed] + (summed < duration ? shift : 0));
        summed++;
      }
      best = Math.max(best, sign * spreads[i].z(sum / Math.sqrt(LENGTHS[i])));
    }
    return best;
  }

  /** Number of values in the sum with the largest evidence. */
  int bestLength() {
    return bestLength;
  }

  /** Adds the latest value to what is usual. */
  void learn(double[] scratch) {
    history.add(recent[0]);
    if (--untilRefresh <= 0 && history.size() >= LEAST) {
      untilRefresh = REFRESH;
      for (int i = 0; i < LENGTHS.length; i++) {
        int sums = sums(LENGTHS[i], scratch);
        RobustStatistics.measure(scratch, sums, floor, spreads[i]);
      }
    }
  }

  /** Replaces the values of the history by the scaled sums of so many; returns their number. */
  private int sums(int length, double[] scratch) {
    int sums = history.copyTo(scratch) - length + 1;
    double root = Math.sqrt(length);
    for (int i = 0; i < sums; i++) {
      double sum = scratch[i];
      for (int k = 1; k < length; k++) {
        sum += scratch[i + k];
      }
      scratch[i] = sum / root;
    }
    return sums;
  }

  private double clip(double value) {
    Spread single = spreads[0];
    if (!single.isKnown()) {
      return value;
    }
    double width = CLIP * single.scale();
    return Math.max(single.center() - width, Math.min(single.center() + width, value));
  }

  void write(DataOutput out) throws IOException {
    history.write(out);
    for (Spread spread : spreads) {
      spread.write(out);
    }
    for (double value : recent) {
      out.writeDouble(value);
    }
    out.writeInt(untilRefresh);
  }

  void read(DataInput in) throws IOException {
    history.read(in);
    for (Spread spread : spreads) {
      spread.read(in);
    }
    for (int i = 0; i < recent.length; i++) {
      recent[i] = in.readDouble();
    }
    untilRefresh = in.readInt();
  }
}
