package io.tracetide.processor.anomaly;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;

/**
 * What one window says about a subject.
 *
 * @param breach whether the window is beyond the limit; the next three fields count only then
 * @param kind what is wrong
 * @param severity how much it matters
 * @param confidence 0 to 1
 * @param excess how far beyond the limit; an episode is at its height where this is greatest
 * @param value the observed value that stands for the kind, in the unit that people read
 * @param settled whether more work of the window is not expected to change what it says
 * @param snapshot what the window showed
 */
public record Evidence(
    boolean breach,
    AnomalyKind kind,
    Severity severity,
    double confidence,
    double excess,
    double value,
    boolean settled,
    Snapshot snapshot) {

  /** A window in which nothing is wrong. */
  public static final Evidence CALM = calm(true);

  /** A window in which nothing is wrong, as far as is known. */
  public static final Evidence CALM_SO_FAR = calm(false);

  private static Evidence calm(boolean settled) {
    return new Evidence(
        false,
        AnomalyKind.UNKNOWN,
        Severity.LOW,
        0,
        Double.NEGATIVE_INFINITY,
        Double.NaN,
        settled,
        Snapshot.NONE);
  }

  /** A window in which nothing is wrong. */
  public static Evidence calm(boolean settled, double excess, double value, Snapshot snapshot) {
    return new Evidence(
        false, AnomalyKind.UNKNOWN, Severity.LOW, 0, excess, value, settled, snapshot);
  }

  /** A window, or a moment, in which something is wrong. */
  public static Evidence breach(
      AnomalyKind kind,
      Severity severity,
      double confidence,
      double excess,
      double value,
      Snapshot snapshot) {
    return new Evidence(true, kind, severity, confidence, excess, value, true, snapshot);
  }
}
