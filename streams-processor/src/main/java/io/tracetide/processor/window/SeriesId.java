package io.tracetide.processor.window;

import java.util.Map;

/**
 * Identifies one time series.
 *
 * @param tenant owner of the series
 * @param service service of the spans
 * @param operation operation of the spans; {@link #ALL_OPERATIONS} for the service as a whole
 * @param metric {@link #LATENCY} for finished spans, otherwise the name of a metric
 * @param attributes identify a part of a metric; none for the metric as a whole
 */
public record SeriesId(
    String tenant,
    String service,
    String operation,
    String metric,
    Map<String, String> attributes) {

  /** Stands for all operations of a service. */
  public static final String ALL_OPERATIONS = "*";

  /**
   * Stands for the services of a tenant, or the operations of a service, that exceed a limit. The
   * service of this name may have spans in every partition; every other service is in one
   * partition.
   */
  public static final String OTHER = "__other__";

  /** Stands for all services of a tenant. */
  public static final String ALL_SERVICES = "*";

  /** Metric of finished spans: its values are durations in microseconds. */
  public static final String LATENCY = "latency";

  /** Metric of the CPU usage that services report, 0 to 100. */
  public static final String CPU_USAGE_PERCENT = "cpu_usage_percent";

  public SeriesId {
    attributes = Map.copyOf(attributes);
  }

  /** A series without attributes. */
  public SeriesId(String tenant, String service, String operation, String metric) {
    this(tenant, service, operation, metric, Map.of());
  }

  /** Latency of one operation. */
  public static SeriesId ofOperation(String tenant, String service, String operation) {
    return new SeriesId(tenant, service, operation, LATENCY);
  }

  /** A metric of the service as a whole. */
  public static SeriesId ofMetric(String tenant, String service, String metric) {
    return new SeriesId(tenant, service, ALL_OPERATIONS, metric);
  }

  public boolean isLatency() {
    return metric.equals(LATENCY);
  }

  /** The merge of all services of this series' tenant. */
  public SeriesId ofTenant() {
    return new SeriesId(tenant, ALL_SERVICES, ALL_OPERATIONS, metric, attributes);
  }

  /** The part of this series' metric with other attributes. */
  public SeriesId with(Map<String, String> others) {
    return new SeriesId(tenant, service, operation, metric, others);
  }

  /** The merge of all operations of this series' service. */
  public SeriesId ofService() {
    return new SeriesId(tenant, service, ALL_OPERATIONS, metric);
  }
}
