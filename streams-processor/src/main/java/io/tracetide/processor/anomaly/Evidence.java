package io.tracetide.processor.anomaly;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;

/**
 * What one window says about a subject.
 *
 * @param breach whether the window is beyond the limit; the other fields count only then
 * @param kind what is wrong
 * @param severity how much it matters
 * @param confidence 0 to 1
 * @param excess how far beyond the limit; an episode is at its height where this is greatest
 * @param value the observed value that stands for the kind, in the unit that people read
 */
public record Evidence(
    boolean breach,
    AnomalyKind kind,
    Severity severity,
    double confidence,
    double excess,
    double value) {

  /** A window in which nothing is wrong. */
  public static final Evidence CALM =
      new Evidence(false, AnomalyKind.UNKNOWN, Severity.LOW, 0, 0, Double.NaN);
}
