package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Fingerprint;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Peak;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something to tell, on its way to the record of the contract.
 *
 * @param detector what found it
 * @param series what it is about; {@code operation} "*" for the service as a whole
 * @param change whether it opened, goes on, or is over
 * @param rule name of the rule that found it, if one did
 * @param startMs start of the window that it speaks of
 * @param endMs end of that window
 * @param observed what was seen, by feature
 * @param expected what was expected
 * @param contributions share of each feature; once it is over those of the peak are told
 * @param summary one plain sentence
 */
record AnomalyRecord(
    Detector detector,
    SeriesId series,
    Change.Reported change,
    @Nullable String rule,
    long startMs,
    long endMs,
    Map<String, Double> observed,
    Map<String, Double> expected,
    Map<String, Double> contributions,
    String summary) {

  String fingerprint() {
    String by = rule == null ? "" : rule;
    return Fingerprint.of(series, detector, change.episode().kind(), by);
  }

  /** Id of the episode. */
  String anomalyId() {
    return Fingerprint.anomalyId(fingerprint(), change.episode().openedAtMs());
  }

  /**
   * The record, with what it takes over from the one before.
   *
   * @param before latest record about the same episode, if there is one
   * @param witnesses traces that broke the rule; null when it is of windows
   */
  Anomaly toAnomaly(@Nullable Anomaly before, @Nullable AnomalyExemplars witnesses) {
    Episode.Open episode = change.episode();
    boolean over = change instanceof Change.Resolved;
    @Nullable Peak peak = peak(before, episode.height().peak());
    AnomalyExemplars shown = over || witnesses == null ? AnomalyExemplars.of(before) : witnesses;
    return Anomaly.newBuilder()
        .setTenantId(series.tenant())
        .setAnomalyId(anomalyId())
        .setFingerprint(fingerprint())
        .setServiceName(series.service())
        .setOperationName(series.operation())
        .setDetector(detector)
        .setKind(episode.kind())
        .setRule(rule)
        .setSeverity(episode.severity())
        .setConfidence(episode.confidence())
        .setState(over ? AnomalyState.RESOLVED : AnomalyState.OPEN)
        .setRevision(episode.revision())
        .setOpenedAt(Instant.ofEpochMilli(episode.openedAtMs()))
        .setUpdatedAt(Instant.ofEpochMilli(endMs))
        .setResolvedAt(
            change instanceof Change.Resolved resolved
                ? Instant.ofEpochMilli(Math.max(episode.openedAtMs(), resolved.endMs()))
                : null)
        .setWindowStart(Instant.ofEpochMilli(startMs))
        .setWindowEnd(Instant.ofEpochMilli(endMs))
        .setObserved(observed)
        .setExpected(expected)
        .setContributions(over ? worst(before, peak) : contributions)
        .setSummary(summary)
        .setExemplars(witnesses == null && peak != null ? peak.getExemplars() : shown.exemplars())
        .setTraceIds(shown.traceIds())
        .setPeak(peak)
        .build();
  }

  /** What the anomaly was explained by. */
  private Map<String, Double> worst(@Nullable Anomaly before, @Nullable Peak peak) {
    if (peak != null) {
      return peak.getContributions();
    }
    return before == null ? contributions : before.getContributions();
  }

  /** The peak that the episode remembers; else, as of episodes of former builds, the one told. */
  private static @Nullable Peak peak(@Nullable Anomaly before, Snapshot remembered) {
    if (!remembered.isKnown()) {
      return before == null ? null : before.getPeak();
    }
    return Peak.newBuilder()
        .setWindowStart(Instant.ofEpochMilli(remembered.startMs()))
        .setWindowEnd(Instant.ofEpochMilli(remembered.endMs()))
        .setObserved(remembered.observed())
        .setExpected(remembered.expected())
        .setContributions(remembered.contributions())
        .setExemplars(remembered.exemplars())
        .build();
  }
}
