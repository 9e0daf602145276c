package io.tracetide.processor.detection;

import io.tracetide.schemas.Severity;

/**
 * Confidence and severity of an anomalous window.
 *
 * <p>Confidence is an empirical rank: where the score stands among the peaks of episodes that the
 * detector opened on recorded traffic with injected faults (eight streams of two systems), spread
 * over 0.8, for one that just opens, to 1. It rises with the score and is not calibrated: 0.9 means
 * higher than half of the episodes, not that nine in ten are real.
 *
 * <p>Severity weighs confidence, the size of the deviation and the share of the service's traffic
 * that the operation usually has. Size, 0 to 1: the share of the observed latency beyond the usual;
 * the share of spans that is missing, half as much for spans in excess; twice the rise of the error
 * rate. The weight of an operation with little traffic is at least 0.4.
 */
public final class SeverityScoring {

  private static final double OPENING_RANK = 0.8;

  /** What remains to full confidence at the threshold. */
  private static final double REST = 0.2;

  private static final double LEAST_SHARE = 0.4;
  private static final double CRITICAL = 0.5;
  private static final double HIGH = 0.3;
  private static final double MEDIUM = 0.15;

  /** Peaks as multiples of the threshold, and the rank of each: quantiles of 458 episodes. */
  private static final double[][] RANKS = {
    {1, 0.8}, {1.13, 0.85}, {1.25, 0.9}, {1.47, 0.95}, {1.72, 0.98}, {2.73, 0.998}
  };

  private SeverityScoring() {}

  static double confidence(double score, double threshold) {
    double multiple = score / threshold;
    if (multiple <= 1) {
      return Math.max(0, OPENING_RANK * multiple);
    }
    for (int i = 1; i < RANKS.length; i++) {
      if (multiple < RANKS[i][0]) {
        double part = (multiple - RANKS[i - 1][0]) / (RANKS[i][0] - RANKS[i - 1][0]);
        return RANKS[i - 1][1] + part * (RANKS[i][1] - RANKS[i - 1][1]);
      }
    }
    double[] last = RANKS[RANKS.length - 1];
    return 1 - (1 - last[1]) * last[0] / multiple;
  }

  /**
   * Confidence, 0 to 1, of evidence as a multiple of its threshold: 0.8 at the threshold, 0.96 at
   * twice of it. It only orders anomalies.
   */
  public static double rank(double multiple) {
    return 1 - Math.pow(REST, Math.max(0, multiple));
  }

  public static Severity severity(double confidence, double size, double shareOfTraffic) {
    double weight = confidence * size * (LEAST_SHARE + (1 - LEAST_SHARE) * shareOfTraffic);
    if (weight >= CRITICAL) {
      return Severity.CRITICAL;
    }
    if (weight >= HIGH) {
      return Severity.HIGH;
    }
    return weight >= MEDIUM ? Severity.MEDIUM : Severity.LOW;
  }

  /** Size of a deviation, 0 to 1. */
  static double size(Deviation deviation) {
    double usual = deviation.band().median();
    double observed = deviation.observed();
    return switch (deviation.feature()) {
      case P95 -> Math.max(0, 1 - Math.exp(usual - observed));
      case THROUGHPUT ->
          deviation.isRise()
              ? 0.5 * (1 - Math.exp(usual - observed))
              : 1 - Math.expm1(observed) / Math.max(Math.expm1(usual), Double.MIN_NORMAL);
      case ERROR_RATE -> Math.min(1, Math.max(0, 2 * (observed - usual)));
    };
  }
}
