package io.tracetide.processor.slo;

/**
 * Burn rates of both windows of a pair, and whether they are above its limit.
 *
 * <p>A burn rate is the share of bad spans divided by the share that the target allows: at 1 the
 * budget lasts exactly the period.
 *
 * @param ofLong burn rate of the long window
 * @param ofShort burn rate of the short window
 * @param firing whether the pair opens an anomaly
 */
public record BurnRates(double ofLong, double ofShort, boolean firing) {

  /**
   * Quantile of the normal distribution for a one-sided confidence of 95 %. The long window must
   * exceed the limit with this confidence: the lower end of the Wilson score interval (Wilson, JASA
   * 22, 1927, p. 209) of its share of bad spans is compared.
   */
  static final double Z = 1.645;

  /**
   * Evaluates a pair of windows.
   *
   * @param minEvents minimum of spans in the short window
   * @param minBad minimum of bad spans in the long window
   * @param allowed share of bad spans that the target allows, above 0
   */
  public static BurnRates of(
      WindowPair pair,
      SpanCounts ofLong,
      SpanCounts ofShort,
      double allowed,
      long minEvents,
      long minBad) {
    double limit = pair.factor() * allowed;
    boolean firing =
        ofShort.spans() >= minEvents
            && ofLong.badSpans() >= minBad
            && ofShort.badRatio() > limit
            && lowerBound(ofLong.badRatio(), ofLong.spans()) > limit;
    return new BurnRates(ofLong.badRatio() / allowed, ofShort.badRatio() / allowed, firing);
  }

  /**
   * Lower end of the Wilson score interval; 0 without samples.
   *
   * @param ratio observed share, 0 to 1
   * @param samples number of observations
   */
  static double lowerBound(double ratio, long samples) {
    if (samples <= 0) {
      return 0;
    }
    double n = samples;
    double z2 = Z * Z;
    double center = ratio + z2 / (2 * n);
    double margin = Z * Math.sqrt(ratio * (1 - ratio) / n + z2 / (4 * n * n));
    return Math.max(0, (center - margin) / (1 + z2 / n));
  }
}
