package io.tracetide.benchmarks.measurement;

import java.util.Arrays;
import java.util.Collection;

/** Exact percentiles of a set of values. */
public final class Percentiles {

  private final double[] sorted;

  public Percentiles(Collection<Double> values) {
    sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
  }

  public int count() {
    return sorted.length;
  }

  /**
   * The value at rank ceil(q * n), so that a tail is never rounded away; NaN when there is none.
   */
  public double at(double q) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.max(0, (int) Math.ceil(q * sorted.length) - 1)];
  }

  public double max() {
    return at(1);
  }
}
