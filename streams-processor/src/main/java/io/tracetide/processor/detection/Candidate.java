package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One series in a window that is evaluated.
 *
 * @param late whether spans of its service usually arrive late
 */
record Candidate(
    WatchedSeries series, int window, boolean late, Assessment assessment, FeatureRow row) {

  /** The greatest distance of any feature from its usual value, in scales. */
  double evidence() {
    return assessment.evidence();
  }

  /** Kind of the open episode, or of the feature with the greatest distance. */
  AnomalyKind kind() {
    return series.episode instanceof Episode.Open open ? open.kind() : assessment.kind();
  }

  /** Spans that the series usually finishes in a window. */
  double usualCount() {
    return series.usualCount(assessment);
  }

  /** Shares that the series usually have in the traffic of their services, in their order. */
  static double[] sharesOfTraffic(List<Candidate> candidates) {
    Map<SeriesId, Double> traffic = new HashMap<>();
    for (Candidate candidate : candidates) {
      traffic.merge(
          candidate.series().id.ofService(),
          Math.max(candidate.usualCount(), Double.MIN_NORMAL),
          Double::sum);
    }
    return candidates.stream()
        .mapToDouble(c -> c.usualCount() / traffic.getOrDefault(c.series().id.ofService(), 1.0))
        .toArray();
  }
}
