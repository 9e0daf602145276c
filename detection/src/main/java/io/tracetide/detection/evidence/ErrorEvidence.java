package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Evidence of more errors than usual: the signed root of the Poisson deviance of the errors in the
 * last L windows, the largest over several L. It is about normally distributed also for few errors.
 *
 * <p>The base rate is an average with exponentially falling weights, about the last 720 windows. A
 * window with evidence of {@value #FREEZE} or more does not change it.
 */
final class ErrorEvidence {
  private static final int[] LENGTHS = {1, 2, 3, 4, 6};
  private static final int LONGEST = 6;
  private static final double DECAY = 1 - 1.0 / 720;
  static final double FREEZE = 4;

  /** Expected errors at least, so that a single error of a series without errors is no evidence. */
  private static final double LEAST_EXPECTED = 0.02;

  private static final double LEAST_RATE = 1e-4;

  /** Prior: 1 error in 500 spans. */
  private double errors = 1;

  private double spans = 500;

  /** Latest windows, newest first. */
  private final double[] recentErrors = new double[LONGEST];

  private final double[] recentExpected = new double[LONGEST];
  private int bestLength = 1;

  double rate() {
    return Math.max(errors / spans, LEAST_RATE);
  }

  int bestLength() {
    return bestLength;
  }

  /** Evidence with a new window, which is learned then if that is allowed. */
  double add(long count, long failed, boolean learn) {
    System.arraycopy(recentErrors, 0, recentErrors, 1, LONGEST - 1);
    System.arraycopy(recentExpected, 0, recentExpected, 1, LONGEST - 1);
    recentErrors[0] = failed;
    recentExpected[0] = count * rate();
    double best = Double.NEGATIVE_INFINITY;
    double observed = 0;
    double expected = LEAST_EXPECTED;
    int summed = 0;
    for (int length : LENGTHS) {
      while (summed < length) {
        observed += recentErrors[summed];
        expected += recentExpected[summed++];
      }
      double z = deviance(observed, expected);
      if (z > best) {
        best = z;
        bestLength = length;
      }
    }
    if (learn && deviance((double) failed, recentExpected[0] + LEAST_EXPECTED) < FREEZE) {
      errors = errors * DECAY + failed;
      spans = spans * DECAY + count;
      if (spans < 1) {
        errors = LEAST_RATE;
        spans = 1;
      }
    }
    return best;
  }

  /** Evidence of a window alone, of which nothing is learned. */
  double single(long count, long failed) {
    return single((double) count, (double) failed);
  }

  /**
   * Evidence if a share of the spans of the latest windows had failed in addition, without a change
   * of the state.
   */
  double shifted(double share, int duration) {
    double best = Double.NEGATIVE_INFINITY;
    double observed = 0;
    double expected = LEAST_EXPECTED;
    int summed = 0;
    for (int length : LENGTHS) {
      while (summed < length) {
        double spansOfWindow = recentExpected[summed] / rate();
        observed += recentErrors[summed] + (summed < duration ? share * spansOfWindow : 0);
        expected += recentExpected[summed++];
      }
      best = Math.max(best, deviance(observed, expected));
    }
    return best;
  }

  /** Evidence of a window alone with a number of errors that need not be whole. */
  double single(double count, double failed) {
    return deviance(failed, count * rate() + LEAST_EXPECTED);
  }

  /** {@code sign(k - m) sqrt(2 (k ln(k/m) - (k - m)))} for k events where m are expected. */
  static double deviance(double observed, double expected) {
    double logTerm = observed > 0 ? observed * Math.log(observed / expected) : 0;
    double squared = 2 * (logTerm - (observed - expected));
    return Math.signum(observed - expected) * Math.sqrt(Math.max(0, squared));
  }

  void write(DataOutput out) throws IOException {
    out.writeDouble(errors);
    out.writeDouble(spans);
    for (int i = 0; i < LONGEST; i++) {
      out.writeDouble(recentErrors[i]);
      out.writeDouble(recentExpected[i]);
    }
  }

  void read(DataInput in) throws IOException {
    errors = in.readDouble();
    spans = in.readDouble();
    for (int i = 0; i < LONGEST; i++) {
      recentErrors[i] = in.readDouble();
      recentExpected[i] = in.readDouble();
    }
  }
}
