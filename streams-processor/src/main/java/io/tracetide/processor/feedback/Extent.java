package io.tracetide.processor.feedback;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Peak;
import java.util.Map;

/**
 * How far an anomaly deviates at its peak, to compare anomalies of one fingerprint: the greatest
 * factor of the latency, the share of spans that is missing, the rise of the error rate in percent,
 * and for other kinds the greatest relative difference. NaN when nothing was expected.
 */
final class Extent {

  private Extent() {}

  static double of(Anomaly anomaly) {
    Peak peak = anomaly.getPeak();
    return peak == null
        ? of(anomaly.getKind(), anomaly.getObserved(), anomaly.getExpected())
        : of(anomaly.getKind(), peak.getObserved(), peak.getExpected());
  }

  private static double of(
      AnomalyKind kind, Map<String, Double> observed, Map<String, Double> expected) {
    double greatest = Double.NaN;
    for (Map.Entry<String, Double> usual : expected.entrySet()) {
      Double seen = observed.get(usual.getKey());
      if (seen != null) {
        double extent = of(kind, usual.getKey(), seen, usual.getValue());
        greatest = greatest >= extent ? greatest : Double.isNaN(extent) ? greatest : extent;
      }
    }
    return greatest;
  }

  private static double of(AnomalyKind kind, String feature, double seen, double usual) {
    return switch (kind) {
      case LATENCY -> feature.endsWith("_ms") ? seen / usual : Double.NaN;
      case THROUGHPUT -> feature.equals("throughput_per_sec") ? 1 - seen / usual : Double.NaN;
      case ERROR_RATE -> feature.equals("error_rate_percent") ? seen - usual : Double.NaN;
      default -> Math.abs(seen - usual) / Math.max(Math.abs(usual), Double.MIN_NORMAL);
    };
  }
}
