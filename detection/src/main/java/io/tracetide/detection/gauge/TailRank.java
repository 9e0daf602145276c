package io.tracetide.detection.gauge;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How rare a measure is among all earlier ones of its series: the negative logarithm of base 10 of
 * the share of those that are at least as great.
 */
final class TailRank {

  /*
   * A histogram of 256 bins. Ranks make measures of different units comparable, and need no
   * assumption about their distribution. Half of the bin of the measure counts as greater. At
   * 32,768 measures all counts are halved, rounded up.
   */
  private static final int BINS = 256;
  static final int LEAST = 60;
  private static final int FULL = 32_768;

  private final int[] counts = new int[BINS];
  private int total;

  /** Whether there are enough measures for ranks. */
  boolean isReady() {
    return total >= LEAST;
  }

  /** The rank of a measure from 0 to 1; 0 while there are too few others. */
  double rarity(double measure) {
    if (!isReady()) {
      return 0;
    }
    int bin = bin(measure);
    double greater = counts[bin] / 2.0;
    for (int i = bin + 1; i < BINS; i++) {
      greater += counts[i];
    }
    return Math.max(0, -Math.log10((greater + 0.5) / (total + 1)));
  }

  void add(double measure) {
    counts[bin(measure)]++;
    total++;
    if (total == FULL) {
      total = 0;
      for (int i = 0; i < BINS; i++) {
        counts[i] = (counts[i] + 1) / 2;
        total += counts[i];
      }
    }
  }

  private static int bin(double measure) {
    return Math.max(0, Math.min(BINS - 1, (int) (measure * BINS)));
  }

  void write(DataOutput out) throws IOException {
    for (int count : counts) {
      out.writeShort(count);
    }
  }

  void read(DataInput in) throws IOException {
    for (int i = 0; i < BINS; i++) {
      counts[i] = in.readUnsignedShort();
      total += counts[i];
    }
  }
}
