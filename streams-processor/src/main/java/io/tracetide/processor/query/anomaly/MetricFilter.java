package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Selects anomalies by what deviates: {@code latency}, {@code throughput} and {@code errors} of
 * spans, or metrics by their names or short names.
 *
 * @param names names as in {@code /monitoring/analytics}; empty selects all
 */
record MetricFilter(Set<String> names) {
  private static final Map<AnomalyKind, String> OF_SPANS =
      Map.of(
          AnomalyKind.LATENCY, "latency",
          AnomalyKind.THROUGHPUT, "throughput",
          AnomalyKind.NO_DATA, "throughput",
          AnomalyKind.ERROR_RATE, "errors");

  MetricFilter {
    names = Set.copyOf(names);
  }

  /** The filter of the names in a request. */
  static MetricFilter of(Set<String> requested) {
    Set<String> names = new TreeSet<>();
    for (String name : requested) {
      String lower = name.toLowerCase(Locale.ROOT);
      names.add(OF_SPANS.containsValue(lower) ? lower : name);
      names.add(AnalyticsQuery.fullName(name));
    }
    return new MetricFilter(names);
  }

  boolean includes(Anomaly anomaly) {
    if (names.isEmpty()) {
      return true;
    }
    String metric = anomaly.getMetric();
    String ofSpans = OF_SPANS.get(anomaly.getKind());
    return metric == null ? ofSpans != null && names.contains(ofSpans) : names.contains(metric);
  }
}
