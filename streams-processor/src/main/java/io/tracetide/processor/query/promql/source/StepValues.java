package io.tracetide.processor.query.promql.source;

import java.util.BitSet;

/** The values of a series by step; at some steps there may be none, which differs from NaN. */
public final class StepValues {
  private final double[] values;
  private final BitSet present = new BitSet();

  /** No value at any of the steps. */
  public StepValues(int steps) {
    values = new double[steps];
  }

  public void set(int step, double value) {
    values[step] = value;
    present.set(step);
  }

  public boolean has(int step) {
    return present.get(step);
  }

  /** The value of a step that has one. */
  public double get(int step) {
    return values[step];
  }

  public int steps() {
    return values.length;
  }

  /** Number of steps with a value. */
  public int size() {
    return present.cardinality();
  }

  /** Whether there is a step at which both have a value. */
  public boolean overlaps(StepValues other) {
    return present.intersects(other.present);
  }
}
