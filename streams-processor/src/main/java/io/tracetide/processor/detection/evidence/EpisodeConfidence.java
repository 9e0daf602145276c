package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.detection.evidence.EvidenceDetector;
import io.tracetide.detection.evidence.SeriesAssessment;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.ConfidenceBasis;

/**
 * Confidence of the episodes of one tenant: the latest probability of a fault when the channel was
 * calibrated before the episode opened, and a rank otherwise.
 *
 * <p>A rank is the greatest so far. A probability may fall: at the opening two windows are known,
 * and at the end how long the deviation lasted.
 */
final class EpisodeConfidence {
  private final EvidenceDetector detector;
  private final long windowMs;

  EpisodeConfidence(EvidenceDetector detector, long windowMs) {
    this.detector = detector;
    this.windowMs = windowMs;
  }

  /** Confidence of an anomalous window. */
  double ofWindow(SeriesAssessment assessment, AnomalyKind kind, Episode episode) {
    double probability = probability(assessment.series(), kind, episode);
    return Double.isNaN(probability)
        ? EvidenceScoring.confidence(assessment.evidence())
        : probability;
  }

  /**
   * A step with the latest probability of a fault, if it is known.
   *
   * @param name name of the series
   * @param before the episode before the step
   */
  EpisodeStep update(String name, Episode before, EpisodeStep step) {
    if (step.change() instanceof Change.Reported reported) {
      return isCalibrated(reported.episode())
          ? with(step, probability(name, reported.episode().kind(), before))
          : step;
    }
    return step.next() instanceof Episode.Open open && isCalibrated(open)
        ? with(step, probability(name, open.kind(), before))
        : step;
  }

  /** What the confidence of an episode is. */
  ConfidenceBasis basis(String name, Episode.Open episode) {
    boolean known = !Double.isNaN(probability(name, episode.kind(), episode));
    return known && isCalibrated(episode) ? ConfidenceBasis.CALIBRATED : ConfidenceBasis.RANK;
  }

  private boolean isCalibrated(Episode.Open episode) {
    EvidenceChannel channel = EvidenceExplanation.channel(episode.kind());
    long opened = episode.openedAtMs() / windowMs - 1;
    return opened >= detector.calibration(channel).calibratedSince();
  }

  /** The last one of an open episode when its channel no longer deviates. */
  private double probability(String name, AnomalyKind kind, Episode episode) {
    double latest = detector.confidence(name, EvidenceExplanation.channel(kind));
    return latest == 0 && episode instanceof Episode.Open open ? open.confidence() : latest;
  }

  private static EpisodeStep with(EpisodeStep step, double confidence) {
    if (Double.isNaN(confidence)) {
      return step;
    }
    Episode next =
        step.next() instanceof Episode.Open open ? open.withConfidence(confidence) : step.next();
    Change change = step.change();
    if (change instanceof Change.Opened opened) {
      change = new Change.Opened(opened.episode().withConfidence(confidence));
    } else if (change instanceof Change.Updated updated) {
      change = new Change.Updated(updated.episode().withConfidence(confidence));
    } else if (change instanceof Change.Resolved resolved) {
      change = new Change.Resolved(resolved.episode().withConfidence(confidence), resolved.endMs());
    }
    return new EpisodeStep(next, change);
  }
}
