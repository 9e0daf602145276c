package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.Band;
import io.tracetide.detection.evidence.ChannelEvidence;
import io.tracetide.processor.detection.SeverityScoring;

/**
 * Confidence and size of an anomalous window.
 *
 * <p>Confidence is a rank that rises with the evidence: 0.8 for a window at the threshold, 0.96 at
 * twice of it. It is not calibrated: 0.9 does not mean that nine in ten are real.
 */
final class EvidenceScoring {

  private EvidenceScoring() {}

  /** Confidence, 0 to 1, of evidence as a multiple of its threshold. */
  static double confidence(double evidence) {
    return SeverityScoring.rank(evidence);
  }

  /**
   * Size of a deviation, 0 to 1: the share of the latency beyond the usual, the share of spans that
   * is missing, twice the rise of the error rate.
   */
  static double size(ChannelEvidence found) {
    Band band = found.band();
    if (!band.isKnown() || Double.isNaN(band.observed())) {
      return 0;
    }
    double size =
        switch (found.channel()) {
          case LATENCY -> 1 - band.expected() / Math.max(band.observed(), Double.MIN_NORMAL);
          case THROUGHPUT -> 1 - band.observed() / Math.max(band.expected(), Double.MIN_NORMAL);
          case ERRORS -> 2 * (band.observed() - band.expected());
        };
    return Math.max(0, Math.min(1, size));
  }
}
