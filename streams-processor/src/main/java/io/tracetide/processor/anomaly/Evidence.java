package io.tracetide.processor.anomaly;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;

/**
 * The result of evaluating one window of a subject.
 *
 * @param breach whether the window is beyond the limit; the next three fields are used only then
 * @param kind kind of the anomaly
 * @param severity severity of the breach
 * @param confidence 0 to 1
 * @param excess distance beyond the limit; the peak of an episode is the window where it is
 *     greatest
 * @param value the observed value, in the unit of summaries
 * @param settled whether late spans are not expected to change the result
 * @param snapshot observed and expected values of the window
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

  /** A window within the limit, which late spans may change. */
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

  /** A window, or a moment, beyond the limit. */
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
