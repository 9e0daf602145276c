package io.tracetide.processor.exposition.remote;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tracetide.processor.exposition.remote.WriteSeries.MetricType;
import io.tracetide.processor.query.prometheus.SpanMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The series that a scrape of the same metrics would give. */
final class SeriesList {
  private static final String NAME = "__name__";
  private static final String LE = "le";
  private static final String UNBOUNDED = "+Inf";

  private final boolean nativeHistograms;
  private final List<WriteSeries> found = new ArrayList<>();

  private SeriesList(boolean nativeHistograms) {
    this.nativeHistograms = nativeHistograms;
  }

  /**
   * All series of the metrics.
   *
   * @param nativeHistograms whether histograms are one series each, instead of their buckets
   */
  static List<WriteSeries> of(MetricSnapshots metrics, boolean nativeHistograms) {
    SeriesList list = new SeriesList(nativeHistograms);
    for (MetricSnapshot metric : metrics) {
      list.add(metric);
    }
    return list.found;
  }

  private void add(MetricSnapshot metric) {
    MetricMetadata metadata = metric.getMetadata();
    if (metric instanceof CounterSnapshot counter) {
      String name = metadata.getPrometheusName() + "_total";
      counter
          .getDataPoints()
          .forEach(
              point ->
                  add(
                      name,
                      MetricType.COUNTER,
                      metadata,
                      labels(name, point.getLabels(), null),
                      point.getValue(),
                      point.getExemplar(),
                      point.getLabels()));
    } else if (metric instanceof GaugeSnapshot gauge) {
      String name = metadata.getPrometheusName();
      gauge
          .getDataPoints()
          .forEach(
              point ->
                  add(
                      name,
                      MetricType.GAUGE,
                      metadata,
                      labels(name, point.getLabels(), null),
                      point.getValue(),
                      null,
                      point.getLabels()));
    } else if (metric instanceof HistogramSnapshot histogram) {
      histogram.getDataPoints().forEach(point -> addHistogram(metadata, point));
    }
  }

  private void addHistogram(MetricMetadata metadata, HistogramDataPointSnapshot point) {
    String name = metadata.getPrometheusName();
    Labels of = point.getLabels();
    if (nativeHistograms) {
      found.add(
          new WriteSeries(
              name,
              MetricType.HISTOGRAM,
              metadata,
              labels(name, of, null),
              Double.NaN,
              point,
              point.getExemplars().getLatest(),
              tenant(of)));
      return;
    }
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    long upTo = 0;
    double lower = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < buckets.size(); i++) {
      upTo += buckets.getCount(i);
      double upper = buckets.getUpperBound(i);
      add(
          name,
          MetricType.HISTOGRAM,
          metadata,
          labels(name + "_bucket", of, bound(upper)),
          (double) upTo,
          point.getExemplars().get(lower, upper),
          of);
      lower = upper;
    }
    add(
        name,
        MetricType.HISTOGRAM,
        metadata,
        labels(name + "_count", of, null),
        (double) upTo,
        null,
        of);
    add(
        name,
        MetricType.HISTOGRAM,
        metadata,
        labels(name + "_sum", of, null),
        point.getSum(),
        null,
        of);
  }

  private void add(
      String family,
      MetricType type,
      MetricMetadata metadata,
      List<String> labels,
      double value,
      @Nullable Exemplar exemplar,
      Labels of) {
    found.add(new WriteSeries(family, type, metadata, labels, value, null, exemplar, tenant(of)));
  }

  private static String tenant(Labels labels) {
    String tenant = labels.get(SpanMetrics.TENANT);
    return tenant == null ? "" : tenant;
  }

  private static String bound(double upper) {
    return upper == Double.POSITIVE_INFINITY ? UNBOUNDED : Double.toString(upper);
  }

  private static List<String> labels(String name, Labels labels, @Nullable String bound) {
    Map<String, String> sorted = new TreeMap<>();
    sorted.put(NAME, name);
    for (Label label : labels) {
      sorted.put(label.getName(), label.getValue());
    }
    if (bound != null) {
      sorted.put(LE, bound);
    }
    List<String> inTurn = new ArrayList<>(2 * sorted.size());
    sorted.forEach(
        (key, value) -> {
          if (!value.isEmpty()) {
            inTurn.add(key);
            inTurn.add(value);
          }
        });
    return inTurn;
  }
}
