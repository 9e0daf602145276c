package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.source.VectorSeries;
import java.util.List;

/** What an expression gives, at all steps of the query. */
public sealed interface Value {

  /** A number for each step. */
  final class ScalarValue implements Value {
    private final double[] values;

    /** Takes the numbers, which must not be changed any more. */
    ScalarValue(double[] values) {
      this.values = values;
    }

    /** The numbers by step, not copied; not to be changed. */
    public double[] values() {
      return values;
    }
  }

  record StringValue(String value) implements Value {}

  /** Series in the order of the answer. */
  record VectorValue(List<VectorSeries> series) implements Value {
    public VectorValue {
      series = List.copyOf(series);
    }
  }

  /**
   * Distributions that stand for their buckets: each represents one series for each value of {@code
   * le}. Quantiles are read from the distribution; everything else converts it to buckets.
   */
  final class Histograms implements Value {
    private final List<Histogram> series;
    private final double[] scale;

    /**
     * Distributions.
     *
     * @param scale factor of the counts by step, such as 1 over the length of the range; must not
     *     be changed any more
     */
    Histograms(List<Histogram> series, double[] scale) {
      this.series = List.copyOf(series);
      this.scale = scale;
    }

    List<Histogram> series() {
      return series;
    }

    /** The factors by step, not copied; not to be changed. */
    double[] scale() {
      return scale;
    }
  }
}
