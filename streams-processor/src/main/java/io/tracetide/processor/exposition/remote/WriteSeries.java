package io.tracetide.processor.exposition.remote;

import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One series with its current value.
 *
 * @param family the metric that the series is of, which receivers know the metadata by
 * @param type type of the metric
 * @param metadata help and unit of the metric
 * @param labels names and values in turn, by name; the first is {@code __name__}
 * @param value the value; not used when there is a histogram
 * @param histogram a native histogram
 * @param exemplar a trace
 * @param tenant tenant of the series; empty for the process
 */
record WriteSeries(
    String family,
    MetricType type,
    MetricMetadata metadata,
    List<String> labels,
    double value,
    @Nullable HistogramDataPointSnapshot histogram,
    @Nullable Exemplar exemplar,
    String tenant) {

  /** Types of metrics. */
  enum MetricType {
    COUNTER(1),
    GAUGE(2),
    HISTOGRAM(3);

    private final int number;

    MetricType(int number) {
      this.number = number;
    }

    /** Its number in the messages of both protocols. */
    int number() {
      return number;
    }
  }
}
