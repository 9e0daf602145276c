package io.tracetide.processor.feedback;

import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Feedback;
import io.tracetide.schemas.Peak;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.Verdict;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Anomalies of one operation, whose p95 is usually 100 ms, and feedback on them. */
public final class Judged {
  private static final Instant OPENED = Instant.parse("2026-03-01T11:58:00Z");
  private static final Exemplars NONE = new Exemplars(null, null, null);

  private Judged() {}

  /**
   * A latency anomaly.
   *
   * @param episode number of the episode
   * @param p95Ms at the peak
   */
  public static Anomaly.Builder anomaly(String fingerprint, int episode, double p95Ms) {
    Instant opened = OPENED.plusSeconds(episode * 10L);
    Map<String, Double> expected = Map.of("p95_ms", 100.0, "throughput_per_sec", 5.0);
    Map<String, Double> observed = Map.of("p95_ms", p95Ms, "throughput_per_sec", 50.0);
    return Anomaly.newBuilder()
        .setTenantId("default")
        .setAnomalyId(fingerprint + "-" + episode)
        .setFingerprint(fingerprint)
        .setServiceName("checkout")
        .setOperationName("POST /pay")
        .setDetector(Detector.ISOLATION_FOREST)
        .setKind(AnomalyKind.LATENCY)
        .setSeverity(Severity.HIGH)
        .setConfidence(0.9)
        .setState(AnomalyState.OPEN)
        .setOpenedAt(opened)
        .setUpdatedAt(opened)
        .setWindowStart(opened.minusSeconds(10))
        .setWindowEnd(opened)
        .setObserved(Map.of("p95_ms", 150.0))
        .setExpected(expected)
        .setSummary("slow")
        .setExemplars(NONE)
        .setPeak(new Peak(opened.minusSeconds(10), opened, observed, expected, Map.of(), NONE));
  }

  /** Feedback of ann. */
  public static AlertCommand judge(
      String id, Instant at, Anomaly anomaly, Verdict verdict, @Nullable Instant until) {
    return command(id, at, anomaly, verdict).setCommand(feedback(anomaly, verdict, until)).build();
  }

  /** Its withdrawal. */
  public static AlertCommand revoke(String id, Instant at, Anomaly anomaly, Verdict verdict) {
    Feedback given =
        Feedback.newBuilder(feedback(anomaly, verdict, null))
            .setRevokedBy("bob")
            .setRevokedAt(at.plusSeconds(30))
            .build();
    return command(id, at, anomaly, verdict).setCommand(given).build();
  }

  private static AlertCommand.Builder command(
      String id, Instant at, Anomaly anomaly, Verdict verdict) {
    return AlertCommand.newBuilder()
        .setTenantId(anomaly.getTenantId())
        .setId(id)
        .setIssuedAt(at)
        .setCommand(feedback(anomaly, verdict, null));
  }

  private static Feedback feedback(Anomaly anomaly, Verdict verdict, @Nullable Instant until) {
    return Feedback.newBuilder()
        .setAnomalyId(anomaly.getAnomalyId())
        .setVerdict(verdict)
        .setGivenBy("ann")
        .setExpectedUntil(until)
        .setAnomaly(anomaly)
        .build();
  }
}
