package io.tracetide.detection.evidence;

/**
 * Thresholds and lengths of the evidence detector. The evidence of a channel is a number of robust
 * standard deviations; divided by its threshold it is a ratio that is comparable between channels.
 *
 * @param latencyThreshold threshold of slower durations
 * @param throughputThreshold threshold of fewer spans than the series' history and tenant predict
 * @param peerThreshold threshold of fewer spans than the most similar series predict
 * @param errorThreshold threshold of more errors than the base rate predicts
 * @param warmUpThreshold threshold of latency and throughput at the beginning of a series, in
 *     scales of the robust band
 * @param warmUpWindows number of windows at the beginning of a series in which it applies
 */
public record EvidenceSettings(
    double latencyThreshold,
    double throughputThreshold,
    double peerThreshold,
    double errorThreshold,
    double warmUpThreshold,
    int warmUpWindows) {

  public EvidenceSettings {
    requirePositive("latencyThreshold", latencyThreshold);
    requirePositive("throughputThreshold", throughputThreshold);
    requirePositive("peerThreshold", peerThreshold);
    requirePositive("errorThreshold", errorThreshold);
    requirePositive("warmUpThreshold", warmUpThreshold);
    if (warmUpWindows < 60) {
      throw new IllegalArgumentException("warmUpWindows must be at least 60, not " + warmUpWindows);
    }
  }

  /** One configuration for all systems, chosen on labelled streams of two of them. */
  public static EvidenceSettings defaults() {
    return new EvidenceSettings(6, 6, 6, 3.9, 10, 240);
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s must be a positive number, not %s".formatted(name, value));
    }
  }
}
