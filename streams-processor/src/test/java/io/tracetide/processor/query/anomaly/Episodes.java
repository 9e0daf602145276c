package io.tracetide.processor.query.anomaly;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import java.time.Instant;
import java.util.Map;

/** Anomalies to test with. */
public final class Episodes {
  private Episodes() {}

  public static Anomaly open(
      String service, String operation, Severity severity, Instant openedAt) {
    return builder(service, operation, severity, openedAt).build();
  }

  public static Anomaly resolved(
      String service, String operation, Severity severity, Instant openedAt, Instant resolvedAt) {
    return builder(service, operation, severity, openedAt)
        .setState(AnomalyState.RESOLVED)
        .setResolvedAt(resolvedAt)
        .setUpdatedAt(resolvedAt)
        .build();
  }

  public static Anomaly.Builder builder(
      String service, String operation, Severity severity, Instant openedAt) {
    return Anomaly.newBuilder()
        .setTenantId("default")
        .setAnomalyId(service + "-" + operation + "-" + openedAt)
        .setFingerprint(service + "-" + operation)
        .setServiceName(service)
        .setOperationName(operation)
        .setDetector(Detector.ISOLATION_FOREST)
        .setKind(AnomalyKind.LATENCY)
        .setSeverity(severity)
        .setConfidence(0.94)
        .setState(AnomalyState.OPEN)
        .setRevision(2)
        .setOpenedAt(openedAt)
        .setUpdatedAt(openedAt)
        .setWindowStart(openedAt.minusSeconds(10))
        .setWindowEnd(openedAt)
        .setObserved(Map.of("p95_ms", 412.5, "throughput_per_sec", 18.2, "error_rate_percent", 0.4))
        .setExpected(Map.of("p95_ms", 96.0, "throughput_per_sec", 19.0, "error_rate_percent", 0.3))
        .setContributions(
            Map.of("p95_ms", 0.86, "throughput_per_sec", 0.1, "error_rate_percent", 0.04))
        .setSummary(
            "Latency of %s %s rose to 412 ms, expected about 96 ms (up to 140 ms), at 18.2/s with 0.4 %% errors"
                .formatted(service, operation))
        .setExemplars(
            Exemplars.newBuilder()
                .setSlowest("4bf92f3577b34da6a3ce929d0e0e4736")
                .setError("a3ce929d0e0e47364bf92f3577b34da6")
                .setTypical("0e0e47364bf92f3577b34da6a3ce929d")
                .build());
  }
}
