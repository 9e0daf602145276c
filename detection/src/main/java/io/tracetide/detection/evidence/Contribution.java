package io.tracetide.detection.evidence;

/**
 * Part of the evidence that comes from one feature.
 *
 * @param feature the feature
 * @param value its part; the parts of an assessment sum to its evidence
 */
public record Contribution(Feature feature, double value) {

  /** A measured property of a window. */
  public enum Feature {
    P50,
    P90,
    P95,
    MEAN_LOG,
    COUNT,
    ERRORS
  }
}
