package io.tracetide.processor.anomaly;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Peak;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the published record of a finding. */
public final class AnomalyRevision {

  private AnomalyRevision() {}

  /**
   * The record of a finding, with the fields that it inherits from the previous revision.
   *
   * @param before latest revision of the same anomaly, if there is one
   * @param exemplars traces that broke the rule; null when the finding is of windows
   */
  public static Anomaly of(
      Finding finding, @Nullable Anomaly before, @Nullable AnomalyExemplars exemplars) {
    Episode.Open episode = finding.change().episode();
    boolean over = finding.change() instanceof Change.Resolved;
    @Nullable Peak peak = peak(before, episode.height().peak());
    AnomalyExemplars shown = over || exemplars == null ? AnomalyExemplars.of(before) : exemplars;
    return Anomaly.newBuilder()
        .setTenantId(finding.series().tenant())
        .setAnomalyId(finding.anomalyId())
        .setFingerprint(finding.fingerprint())
        .setServiceName(finding.series().service())
        .setOperationName(finding.series().operation())
        .setDetector(finding.detector())
        .setKind(episode.kind())
        .setRule(finding.rule())
        .setEngine(engine(finding, before))
        .setMetric(finding.metric())
        .setSeverity(episode.severity())
        .setConfidence(episode.confidence())
        .setConfidenceBasis(finding.basis())
        .setState(over ? AnomalyState.RESOLVED : AnomalyState.OPEN)
        .setRevision(episode.revision())
        .setOpenedAt(Instant.ofEpochMilli(episode.openedAtMs()))
        .setUpdatedAt(Instant.ofEpochMilli(finding.endMs()))
        .setResolvedAt(
            finding.change() instanceof Change.Resolved resolved
                ? Instant.ofEpochMilli(Math.max(episode.openedAtMs(), resolved.endMs()))
                : null)
        .setWindowStart(Instant.ofEpochMilli(finding.startMs()))
        .setWindowEnd(Instant.ofEpochMilli(finding.endMs()))
        .setObserved(finding.observed())
        .setExpected(finding.expected())
        .setContributions(
            over ? contributionsAtPeak(finding, before, peak) : finding.contributions())
        .setSummary(finding.summary())
        .setExemplars(exemplars == null && peak != null ? peak.getExemplars() : shown.exemplars())
        .setTraceIds(shown.traceIds())
        .setPeak(peak)
        .build();
  }

  /** That of the previous revision when the detector has been switched off since. */
  private static @Nullable String engine(Finding finding, @Nullable Anomaly before) {
    return finding.engine() == null && before != null ? before.getEngine() : finding.engine();
  }

  private static Map<String, Double> contributionsAtPeak(
      Finding finding, @Nullable Anomaly before, @Nullable Peak peak) {
    if (peak != null) {
      return peak.getContributions();
    }
    return before == null ? finding.contributions() : before.getContributions();
  }

  /**
   * The peak of the episode, or that of the previous revision when the episode has none (saved by
   * earlier versions).
   */
  private static @Nullable Peak peak(@Nullable Anomaly before, Snapshot peak) {
    if (!peak.isKnown()) {
      return before == null ? null : before.getPeak();
    }
    return Peak.newBuilder()
        .setWindowStart(Instant.ofEpochMilli(peak.startMs()))
        .setWindowEnd(Instant.ofEpochMilli(peak.endMs()))
        .setObserved(peak.observed())
        .setExpected(peak.expected())
        .setContributions(peak.contributions())
        .setExemplars(peak.exemplars())
        .build();
  }
}
