package io.tracetide.detection.evidence;

/**
 * Thresholds and lengths of the evidence detector. The evidence of a channel is a number of robust
 * standard deviations; divided by its threshold it is a ratio that is comparable between channels.
 *
 * @param latencyThreshold threshold of slower durations
 * @param throughputThreshold threshold of fewer spans than the series' history and tenant predict
 * @param peerThreshold threshold of fewer spans than the most similar series predict
 * @param errorThreshold threshold of more errors than the base rate predicts
 * @param warmUpThreshold threshold of latency and throughput in the first minutes of a series,
 *     until sums of windows can be compared: in scales of the robust band
 * @param warmUpFactor factor of the other thresholds afterwards, until the end of the warm-up
 * @param warmUpWindows number of windows of the warm-up
 */
public record EvidenceSettings(
    double latencyThreshold,
    double throughputThreshold,
    double peerThreshold,
    double errorThreshold,
    double warmUpThreshold,
    double warmUpFactor,
    int warmUpWindows) {

  /** Windows of a series after which large deviations are evidence. */
  public static final int FIRST_WINDOWS = 20;

  public EvidenceSettings {
    requirePositive("latencyThreshold", latencyThreshold);
    requirePositive("throughputThreshold", throughputThreshold);
    requirePositive("peerThreshold", peerThreshold);
    requirePositive("errorThreshold", errorThreshold);
    requirePositive("warmUpThreshold", warmUpThreshold);
    requirePositive("warmUpFactor", warmUpFactor);
    if (warmUpWindows < 60) {
      throw new IllegalArgumentException("warmUpWindows must be at least 60, not " + warmUpWindows);
    }
  }

  /** One configuration for all systems, chosen on labelled streams of two of them. */
  public static EvidenceSettings defaults() {
    return new EvidenceSettings(6, 6, 6, 3.9, 8, 2, 240);
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s must be a positive number, not %s".formatted(name, value));
    }
  }
}
