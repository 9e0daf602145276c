package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.source.VectorSeries;
import java.util.List;

/** What an expression gives, at all steps of the query. */
public sealed interface Value {

  /** A number for each step. */
  record ScalarValue(double[] values) implements Value {}

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
   *
   * @param scale factor of the counts by step, such as 1 over the length of the range
   */
  record Histograms(List<Histogram> series, double[] scale) implements Value {
    public Histograms {
      series = List.copyOf(series);
    }
  }
}
