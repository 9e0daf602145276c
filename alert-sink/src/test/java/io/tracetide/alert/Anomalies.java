package io.tracetide.alert;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Anomaly records for tests: the checkout service is slow. */
public final class Anomalies {
  public static final Instant OPENED_AT = Instant.parse("2026-03-01T10:00:00Z");

  public static Anomaly.Builder open(String fingerprint) {
    return Anomaly.newBuilder()
        .setTenantId("default")
        .setAnomalyId(fingerprint + "@" + OPENED_AT)
        .setFingerprint(fingerprint)
        .setServiceName("checkout")
        .setOperationName("POST /pay")
        .setDetector(Detector.ISOLATION_FOREST)
        .setKind(AnomalyKind.LATENCY)
        .setRule(null)
        .setSeverity(Severity.HIGH)
        .setConfidence(0.9)
        .setState(AnomalyState.OPEN)
        .setRevision(0)
        .setOpenedAt(OPENED_AT)
        .setUpdatedAt(OPENED_AT)
        .setWindowStart(OPENED_AT.minusSeconds(10))
        .setWindowEnd(OPENED_AT)
        .setObserved(Map.of("p95Ms", 840.0, "errorRatePercent", 12.5))
        .setExpected(Map.of("p95Ms", 120.0))
        .setContributions(Map.of("p95Ms", 1.0))
        .setSummary("p95 of POST /pay is 840 ms, 7 times what is usual")
        .setExemplars(new Exemplars("4bf92f3577b34da6a3ce929d0e0e4736", null, null));
  }

  public static Anomaly.Builder resolved(String fingerprint, int revision) {
    Instant at = OPENED_AT.plus(Duration.ofMinutes(5));
    return open(fingerprint)
        .setState(AnomalyState.RESOLVED)
        .setRevision(revision)
        .setUpdatedAt(at)
        .setResolvedAt(at);
  }

  private Anomalies() {}
}
