package io.tracetide.processor.topology;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Fingerprint;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something to tell, on its way to the record of the contract.
 *
 * @param series what it is about; {@code operation} "*" for the service as a whole
 * @param change whether it opened, goes on, or is over
 * @param rule name of the rule that found it, if one did
 * @param startMs start of the window that it speaks of
 * @param endMs end of that window
 * @param observed what was seen, by feature
 * @param expected what was expected
 * @param contributions share of each feature; empty for those of the record before
 * @param summary one plain sentence
 */
record AnomalyRecord(
    SeriesId series,
    Change.Reported change,
    @Nullable String rule,
    long startMs,
    long endMs,
    Map<String, Double> observed,
    Map<String, Double> expected,
    Map<String, Double> contributions,
    String summary) {

  String fingerprint(Detector detector) {
    String by = rule == null ? "" : rule;
    return Fingerprint.of(series, detector, change.episode().kind(), by);
  }

  /** Id of the episode. */
  String anomalyId(Detector detector) {
    return Fingerprint.anomalyId(fingerprint(detector), change.episode().openedAtMs());
  }

  /**
   * The record, with what it takes over from the one before.
   *
   * @param before latest record about the same episode, if there is one
   * @param stats counts of the window, if there was work; they know the traces worth opening
   */
  Anomaly toAnomaly(Detector detector, @Nullable Anomaly before, @Nullable WindowStats stats) {
    Episode.Open episode = change.episode();
    boolean over = change instanceof Change.Resolved;
    return Anomaly.newBuilder()
        .setTenantId(series.tenant())
        .setAnomalyId(anomalyId(detector))
        .setFingerprint(fingerprint(detector))
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
        .setResolvedAt(over ? Instant.ofEpochMilli(endMs) : null)
        .setWindowStart(Instant.ofEpochMilli(startMs))
        .setWindowEnd(Instant.ofEpochMilli(endMs))
        .setObserved(observed)
        .setExpected(expected)
        .setContributions(before != null && over ? before.getContributions() : contributions)
        .setSummary(summary)
        .setExemplars(over ? exemplars(before, null) : exemplars(before, stats))
        .build();
  }

  private static Exemplars exemplars(@Nullable Anomaly before, @Nullable WindowStats stats) {
    if (stats != null) {
      return new Exemplars(stats.slowest(), stats.error(), stats.typical());
    }
    return before == null ? new Exemplars(null, null, null) : before.getExemplars();
  }
}
