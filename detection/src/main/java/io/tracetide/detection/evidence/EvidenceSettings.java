package io.tracetide.detection.evidence;

/**
 * Thresholds and lengths of the evidence detector. The evidence of a channel is a number of robust
 * standard deviations; divided by its threshold it is a ratio that is comparable between channels.
 *
 * @param latencyThreshold threshold of slower durations
 * @param throughputThreshold threshold of fewer spans than the series' history and tenant predict
 * @param peerThreshold threshold of fewer spans than the most similar series predict
 * @param errorThreshold threshold of more errors than the base rate predicts
 * @param warmUpWindows windows without evidence at the beginning of a series
 * @param frozenWindows windows of an open episode from which nothing is learned; later ones are
 *     learned, so that a lasting change becomes usual
 */
public record EvidenceSettings(
    double latencyThreshold,
    double throughputThreshold,
    double peerThreshold,
    double errorThreshold,
    int warmUpWindows,
    int frozenWindows) {

  public EvidenceSettings {
    requirePositive("latencyThreshold", latencyThreshold);
    requirePositive("throughputThreshold", throughputThreshold);
    requirePositive("peerThreshold", peerThreshold);
    requirePositive("errorThreshold", errorThreshold);
    if (warmUpWindows < 60 || frozenWindows < 0) {
      throw new IllegalArgumentException(
          "warmUpWindows must be at least 60 and frozenWindows at least 0, not %d and %d"
              .formatted(warmUpWindows, frozenWindows));
    }
  }

  /** One configuration for all systems, chosen on labelled streams of two of them. */
  public static EvidenceSettings defaults() {
    return new EvidenceSettings(6, 6, 6, 3.9, 240, 60);
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s must be a positive number, not %s".formatted(name, value));
    }
  }
}
