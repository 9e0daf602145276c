package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.window.SeriesId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metrics that can be queried and scraped, with the names and labels of OpenTelemetry's span
 * metrics.
 */
public final class SpanMetrics {
  public static final String TENANT = "tenant";
  public static final String SERVICE = "service_name";
  public static final String SPAN = "span_name";
  public static final String STATUS = "status_code";
  public static final String SEVERITY = "severity";

  /** Marks the series of names that exceed a limit. */
  public static final String OVERFLOW = "otel_metric_overflow";

  public static final String STATUS_UNSET = "STATUS_CODE_UNSET";
  public static final String STATUS_ERROR = "STATUS_CODE_ERROR";

  private static final String DURATION = "traces_span_metrics_duration_seconds";
  private static final String DURATION_HELP =
      "Duration of finished spans in seconds; quantiles of it are within 1 %.";

  public static final QueryMetric CALLS =
      new QueryMetric(
          "traces_span_metrics_calls_total",
          QueryMetric.Kind.COUNTER,
          "traces_span_metrics_calls_total",
          "Finished spans by status, weighted by sampling.");
  public static final QueryMetric BUCKET =
      new QueryMetric(DURATION + "_bucket", QueryMetric.Kind.BUCKET, DURATION, DURATION_HELP);
  public static final QueryMetric SUM =
      new QueryMetric(DURATION + "_sum", QueryMetric.Kind.COUNTER, DURATION, DURATION_HELP);
  public static final QueryMetric COUNT =
      new QueryMetric(DURATION + "_count", QueryMetric.Kind.COUNTER, DURATION, DURATION_HELP);
  public static final QueryMetric IN_FLIGHT =
      new QueryMetric(
          "tracetide_traces_in_flight",
          QueryMetric.Kind.GAUGE,
          "tracetide_traces_in_flight",
          "Traces that have started and not ended, now.");
  public static final QueryMetric STUCK =
      new QueryMetric(
          "tracetide_traces_stuck",
          QueryMetric.Kind.GAUGE,
          "tracetide_traces_stuck",
          "Traces in flight without an event for too long, now.");
  public static final QueryMetric ANOMALIES =
      new QueryMetric(
          "tracetide_anomalies_open",
          QueryMetric.Kind.GAUGE,
          "tracetide_anomalies_open",
          "Open anomalies by severity.");

  static final List<QueryMetric> ALL =
      List.of(CALLS, BUCKET, SUM, COUNT, IN_FLIGHT, STUCK, ANOMALIES);

  private SpanMetrics() {}

  /** The series of a metric of spans: two for the calls, by status, else one. */
  static List<Labels> series(QueryMetric metric, SeriesId series) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(Labels.NAME, metric.name());
    labels.put(TENANT, series.tenant());
    labels.put(SERVICE, series.service());
    labels.put(SPAN, series.operation());
    if (series.service().equals(SeriesId.OTHER) || series.operation().equals(SeriesId.OTHER)) {
      labels.put(OVERFLOW, "true");
    }
    Labels common = Labels.of(labels);
    return metric.equals(CALLS)
        ? List.of(common.with(STATUS, STATUS_UNSET), common.with(STATUS, STATUS_ERROR))
        : List.of(common);
  }

  /** The series of a gauge of a service. */
  static Labels gauge(QueryMetric metric, String tenant, String service) {
    return Labels.of(Map.of(Labels.NAME, metric.name(), TENANT, tenant, SERVICE, service));
  }
}
