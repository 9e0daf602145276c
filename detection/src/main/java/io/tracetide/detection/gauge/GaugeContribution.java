package io.tracetide.detection.gauge;

/**
 * Part of the evidence that comes from one feature.
 *
 * @param feature the feature
 * @param value its part; the parts of an assessment sum to its evidence
 */
public record GaugeContribution(Feature feature, double value) {

  /** A property of a value. */
  public enum Feature {
    /** Distance of the last 12 values from those of the same time of day. */
    DAILY_RESIDUAL,
    /** The value. */
    LEVEL,
    /** Difference to the value before. */
    CHANGE,
    /** Distance from the median of the last 240 values, in scales. */
    ROLLING_Z,
    /** The time of day at which the value occurs. */
    HOUR
  }
}
