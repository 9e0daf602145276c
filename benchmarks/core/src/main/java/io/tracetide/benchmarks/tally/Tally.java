package io.tracetide.benchmarks.tally;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;

/** The counts of a peer for one series in one window. */
public final class Tally {

  static final double RELATIVE_ACCURACY = 0.01;

  private long count;
  private long errors;
  private double sum;
  private double max;
  private final DDSketch sketch;

  public Tally() {
    this(0, 0, 0, Double.NEGATIVE_INFINITY, DDSketches.unboundedDense(RELATIVE_ACCURACY));
  }

  Tally(long count, long errors, double sum, double max, DDSketch sketch) {
    this.count = count;
    this.errors = errors;
    this.sum = sum;
    this.max = max;
    this.sketch = sketch;
  }

  /** Counts one span; returns itself, as aggregators require. */
  public Tally add(double micros, boolean failed) {
    count++;
    errors += failed ? 1 : 0;
    sum += micros;
    max = Math.max(max, micros);
    sketch.accept(micros);
    return this;
  }

  /** Adds what another one counted; returns itself. */
  public Tally merge(Tally other) {
    count += other.count;
    errors += other.errors;
    sum += other.sum;
    max = Math.max(max, other.max);
    sketch.mergeWith(other.sketch);
    return this;
  }

  public Tally copy() {
    return new Tally(count, errors, sum, max, sketch.copy());
  }

  public long count() {
    return count;
  }

  public long errors() {
    return errors;
  }

  public double sum() {
    return sum;
  }

  public double max() {
    return max;
  }

  /** Estimate of a quantile, within {@value #RELATIVE_ACCURACY} of its value. */
  public double quantile(double q) {
    return sketch.getValueAtQuantile(q);
  }

  DDSketch sketch() {
    return sketch;
  }
}
