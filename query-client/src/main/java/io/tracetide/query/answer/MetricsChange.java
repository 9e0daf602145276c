package io.tracetide.query.answer;

import java.util.List;

/** Series with the windows that have changed, each in its latest state. */
public record MetricsChange(
    List<Analytics.Series> series, List<Analytics.MetricSeries> metricSeries) {
  public MetricsChange {
    series = Values.list(series);
    metricSeries = Values.list(metricSeries);
  }
}
