package io.tracetide.processor.incident;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Peak;
import java.util.Map;

/**
 * Size of an anomaly at its peak, 0.05 to 1: the share of the latency beyond what was expected, the
 * share of spans that is missing, twice the rise of the error rate; 1 without any data, 0.5 for
 * other kinds.
 */
final class DeviationSize {

  private static final double LEAST = 0.05;
  private static final double UNKNOWN = 0.5;

  private DeviationSize() {}

  static double of(Anomaly anomaly) {
    Peak peak = anomaly.getPeak();
    return peak == null
        ? of(anomaly.getKind(), anomaly.getObserved(), anomaly.getExpected())
        : of(anomaly.getKind(), peak.getObserved(), peak.getExpected());
  }

  private static double of(
      AnomalyKind kind, Map<String, Double> observed, Map<String, Double> expected) {
    double size =
        switch (kind) {
          case LATENCY -> greatestRise(observed, expected);
          case THROUGHPUT -> missing("throughput_per_sec", observed, expected);
          case NO_DATA -> 1;
          case ERROR_RATE -> 2 * rise("error_rate_percent", observed, expected) / 100;
          default -> UNKNOWN;
        };
    return Double.isNaN(size) ? LEAST : Math.max(LEAST, Math.min(1, size));
  }

  /** Of the latencies with an expected value. */
  private static double greatestRise(Map<String, Double> observed, Map<String, Double> expected) {
    double greatest = Double.NaN;
    for (Map.Entry<String, Double> usual : expected.entrySet()) {
      Double seen = observed.get(usual.getKey());
      if (seen != null && seen > 0) {
        double rise = 1 - usual.getValue() / seen;
        greatest = usual.getKey().endsWith("_ms") && !(greatest >= rise) ? rise : greatest;
      }
    }
    return greatest;
  }

  private static double missing(
      String feature, Map<String, Double> observed, Map<String, Double> expected) {
    double usual = expected.getOrDefault(feature, Double.NaN);
    return usual > 0 ? 1 - observed.getOrDefault(feature, 0.0) / usual : Double.NaN;
  }

  private static double rise(
      String feature, Map<String, Double> observed, Map<String, Double> expected) {
    return observed.getOrDefault(feature, 0.0) - expected.getOrDefault(feature, 0.0);
  }
}
