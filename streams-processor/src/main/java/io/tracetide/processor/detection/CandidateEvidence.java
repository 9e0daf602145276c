package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.util.Map;

/**
 * The evidence of a candidate for an episode, and the findings about it.
 *
 * @param threshold score from which a window is anomalous
 * @param limits which deviations are anomalies
 */
record CandidateEvidence(
    Candidate candidate,
    Explanation explanation,
    double threshold,
    ReportLimits limits,
    long startMs,
    long windowMs) {

  /** Part of the threshold that keeps an episode open, so that it does not flap near the limit. */
  private static final double STAYS_OPEN = 0.75;

  static CandidateEvidence of(Candidate candidate, DetectionConfig config, long windowMs) {
    Explanation explanation =
        new Explanation(
            candidate.series().id,
            candidate.assessment().ranges(windowMs / 1_000.0),
            Map.of(),
            candidate.assessment().contributions(),
            candidate.assessment().seen().exemplars());
    return new CandidateEvidence(
        candidate,
        explanation,
        config.threshold(),
        config.reportLimits(),
        candidate.window() * windowMs,
        windowMs);
  }

  /**
   * Evidence of a window that is evaluated for the first time.
   *
   * @param share usual share of the series in the traffic of its service
   */
  Evidence first(double score, double share) {
    if (isBreach(score)) {
      return breach(score, share);
    }
    return candidate.late() ? Evidence.CALM_SO_FAR : Evidence.CALM;
  }

  /** Evidence of a revised window; with its values, because it may be the peak of an episode. */
  Evidence revised(double score, double share) {
    if (isBreach(score)) {
      return breach(score, share);
    }
    AnomalyKind kind = candidate.kind();
    return Evidence.calm(
        !candidate.late(), explanation.excess(kind), explanation.value(kind), snapshot());
  }

  private boolean isBreach(double score) {
    boolean open = candidate.series().episode instanceof Episode.Open;
    double p95Micros = candidate.assessment().seen().p95Micros();
    return score >= threshold * (open ? STAYS_OPEN : 1)
        && limits.allow(candidate.kind(), p95Micros, candidate.usualCount());
  }

  /** The peak of an episode is the window with the greatest distance of the feature of its kind. */
  private Evidence breach(double score, double share) {
    AnomalyKind kind = candidate.kind();
    double confidence = SeverityScoring.confidence(score, threshold);
    double size = candidate.assessment().farthest().map(SeverityScoring::size).orElse(0.0);
    return Evidence.breach(
        kind,
        SeverityScoring.severity(confidence, size, share),
        confidence,
        explanation.excess(kind),
        explanation.value(kind),
        snapshot());
  }

  private Snapshot snapshot() {
    return explanation.snapshot(startMs, startMs + windowMs);
  }

  /** A finding about the window of the candidate. */
  Finding finding(Change.Reported change) {
    return new Finding(
        Detector.ISOLATION_FOREST,
        candidate.series().id,
        change,
        null,
        startMs,
        startMs + windowMs,
        explanation.observed(),
        explanation.expected(),
        explanation.contributions(),
        explanation.sentence(change, startMs + windowMs));
  }

  /** The finding about a series that is no longer watched. */
  static Finding forgotten(
      SeriesId series, Change.Reported change, long startMs, long endMs, String summary) {
    return new Finding(
        Detector.ISOLATION_FOREST,
        series,
        change,
        null,
        startMs,
        endMs,
        Map.of(),
        Map.of(),
        Map.of(),
        summary);
  }
}
