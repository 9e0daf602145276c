package io.tracetide.query.answer;

import java.util.List;

/** Series with the windows that have changed, each in its latest state. */
public record MetricsChange(
    List<WindowAnalytics.Series> series, List<WindowAnalytics.MetricSeries> metricSeries) {
  public MetricsChange {
    series = Values.list(series);
    metricSeries = Values.list(metricSeries);
  }
}
