package io.tracetide.detection.calibration;

/**
 * What is assumed of a channel before a deployment has shown its own rates.
 *
 * @param faultRate episodes from faults in 1,000 windows of a series
 * @param chanceRate episodes by chance in 1,000 windows of a series
 * @param weight windows of all series, in thousands, that count as much as the two rates
 * @param transientShare deviations beyond chance that are no faults, such as pauses and cold
 *     caches, as a multiple of those from faults; no evidence of a series distinguishes them, so
 *     this needs labels: it was chosen on labelled streams of two systems
 * @param recurrence factor of the share for each earlier episode of the same series
 * @param transientScale sum of evidence of {@link RecentEvidence} that divides the number of these
 *     by e, because most of them are short
 * @param tailPower power of the heights with which deviations by chance fall, see {@link
 *     ChanceTail}
 */
public record CalibrationPrior(
    double faultRate,
    double chanceRate,
    double weight,
    double transientShare,
    double recurrence,
    double transientScale,
    double tailPower) {

  public CalibrationPrior {
    requirePositive("faultRate", faultRate);
    requirePositive("chanceRate", chanceRate);
    requirePositive("weight", weight);
    requirePositive("transientShare", transientShare);
    requirePositive("recurrence", recurrence);
    requirePositive("transientScale", transientScale);
    requirePositive("tailPower", tailPower);
  }

  /** Latencies have many harmless deviations. */
  public static CalibrationPrior latency() {
    return new CalibrationPrior(0.02, 0.01, 50, 0.08, 2.5, 10, 1);
  }

  /** Counts of spans have few. */
  public static CalibrationPrior throughput() {
    return new CalibrationPrior(0.02, 0.01, 50, 0.05, 2.5, 10, 1);
  }

  /** Errors have few, and the tail of their evidence is that of a normal distribution. */
  public static CalibrationPrior errors() {
    return new CalibrationPrior(0.02, 0.01, 50, 0.02, 2.5, 10, 2);
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s must be a positive number, not %s".formatted(name, value));
    }
  }
}
