package io.tracetide.detection.evidence;

/**
 * Order statistics by selection in place. The quantile q of n values is the one at rank {@code
 * round(q (n - 1))}.
 */
final class RobustStatistics {
  /** Standard deviations in a median absolute deviation of a normal distribution. */
  private static final double MAD_TO_SIGMA = 1.4826;

  /** Standard deviations between the quantiles .05 and .95 of a normal distribution. */
  private static final double CENTRAL_90_TO_SIGMA = 3.29;

  private RobustStatistics() {}

  /**
   * Sets the median as centre, and the largest of 1.48 MAD, (q95 - q5) / 3.29 and the floor as
   * scale. The second one is for values that are the same in more than half of the windows. Changes
   * the order of the values, and then the values.
   */
  static void measure(double[] values, int size, double floor, Spread spread) {
    double median = quantile(values, size, 0.5);
    // No value before the median is greater now, and no value after it is less.
    int middle = rank(size, 0.5);
    double central =
        select(values, middle, size - 1, rank(size, 0.95))
            - select(values, 0, middle, rank(size, 0.05));
    for (int i = 0; i < size; i++) {
      values[i] = Math.abs(values[i] - median);
    }
    double mad = quantile(values, size, 0.5);
    spread.set(
        median, Math.max(Math.max(MAD_TO_SIGMA * mad, central / CENTRAL_90_TO_SIGMA), floor));
  }

  /** A quantile of the first values; changes their order. */
  static double quantile(double[] values, int size, double q) {
    return select(values, 0, size - 1, rank(size, q));
  }

  private static int rank(int size, double q) {
    return (int) Math.round(q * (size - 1));
  }

  /**
   * Quickselect (Hoare 1961) with the median of three as pivot: expected time O(size).
   *
   * @param first index of the first value that may have the rank
   * @param last index of the last one
   */
  private static double select(double[] values, int first, int last, int rank) {
    int low = first;
    int high = last;
    while (low < high) {
      double pivot = medianOfThree(values[low], values[(low + high) >>> 1], values[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      if (rank <= j) {
        high = j;
      } else if (rank >= i) {
        low = i;
      } else {
        break;
      }
    }
    return values[rank];
  }

  private static double medianOfThree(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
