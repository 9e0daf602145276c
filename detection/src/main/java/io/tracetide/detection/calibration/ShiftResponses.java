package io.tracetide.detection.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Distribution of the evidence that known shifts would cause, from shifts that are injected into
 * copies of a deployment's own windows.
 */
final class ShiftResponses {
  /** Sums of {@link RecentEvidence} that divide the bins; the first is the least of an episode. */
  private static final double[] EDGES = {2, 2.5, 3, 3.5, 4, 5, 6, 8, 10, 12, 14, 16, 18};

  static final double LEAST = EDGES[0];
  static final int BINS = EDGES.length - 1;

  /** The distribution begins as a uniform one that counts as much as so many shifts. */
  private static final double PRIOR_WEIGHT = 5;

  /** Part that remains uniform: faults have other sizes and shapes than the injected shifts. */
  private static final double UNIFORM = 0.2;

  /** By duration from {@link RecentEvidence#LEAST_AGE} on, then by bin. */
  private final double[][] counts =
      new double[RecentEvidence.WINDOWS - RecentEvidence.LEAST_AGE + 1][BINS];

  private double shifts;

  /** Counts a shift. */
  void addShift() {
    shifts++;
  }

  /**
   * Adds the evidence of a shift that would have opened an episode after so many windows.
   *
   * @param sum sum of the evidence, as {@link RecentEvidence#peak}
   */
  void add(int duration, double sum) {
    counts[row(duration)][bin(sum)]++;
  }

  void decay(double factor) {
    shifts *= factor;
    for (double[] row : counts) {
      for (int i = 0; i < BINS; i++) {
        row[i] *= factor;
      }
    }
  }

  /** Number of shifts. */
  double shifts() {
    return shifts;
  }

  /** Number of shifts that would have opened an episode after so many windows. */
  double detected(int duration) {
    double sum = 0;
    for (double count : counts[row(duration)]) {
      sum += count;
    }
    return sum;
  }

  /** Density of the sum in a bin, among shifts that would have opened an episode. */
  double density(int duration, int bin) {
    double width = EDGES[bin + 1] - EDGES[bin];
    double most = duration * RecentEvidence.MOST;
    double uniform = Math.max(0, Math.min(EDGES[bin + 1], most) - EDGES[bin]) / (most - LEAST);
    double share =
        (counts[row(duration)][bin] + PRIOR_WEIGHT * uniform) / (detected(duration) + PRIOR_WEIGHT);
    return ((1 - UNIFORM) * share + UNIFORM * uniform) / width;
  }

  /** The bin of a sum. */
  static int bin(double sum) {
    int bin = 0;
    while (bin < BINS - 1 && sum >= EDGES[bin + 1]) {
      bin++;
    }
    return bin;
  }

  /** Upper edge of a bin; the last one is open. */
  static double upper(int bin) {
    return bin == BINS - 1 ? Double.POSITIVE_INFINITY : EDGES[bin + 1];
  }

  private static int row(int duration) {
    return duration - RecentEvidence.LEAST_AGE;
  }

  void write(DataOutput out) throws IOException {
    out.writeDouble(shifts);
    for (double[] row : counts) {
      for (double count : row) {
        out.writeDouble(count);
      }
    }
  }

  void read(DataInput in) throws IOException {
    shifts = in.readDouble();
    for (double[] row : counts) {
      for (int i = 0; i < BINS; i++) {
        row[i] = in.readDouble();
      }
    }
  }
}
