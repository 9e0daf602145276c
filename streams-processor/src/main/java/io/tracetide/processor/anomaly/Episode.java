package io.tracetide.processor.anomaly;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;

/** Where a subject, such as a series or a rule on a series, stands between calm and trouble. */
public sealed interface Episode {

  /** No window of late was beyond the limit. Also the state of a subject that nobody knows yet. */
  Episode QUIET = new Quiet();

  /** Nothing is wrong. */
  record Quiet() implements Episode {}

  /**
   * Some windows were beyond the limit, too few to open.
   *
   * @param recent the latest windows, newest in the lowest bit, set where one was beyond the limit
   */
  record Pending(int recent) implements Episode {}

  /**
   * Trouble that people have been told of.
   *
   * @param kind what is wrong; fixed at opening, so that the fingerprint is too
   * @param openedAtMs end of the window that opened it
   * @param height what its windows showed at the worst
   * @param revision number of the latest record about it, from 0
   * @param quiet windows without a breach, up to the latest
   * @param unreported windows since the latest record about it
   */
  record Open(
      AnomalyKind kind, long openedAtMs, Height height, int revision, int quiet, int unreported)
      implements Episode {

    /** The episode that one window, or the first trace, opens. */
    public static Open begin(Evidence evidence, long endMs) {
      Height height =
          new Height(
              evidence.severity(), evidence.confidence(), evidence.excess(), evidence.value());
      return new Open(evidence.kind(), endMs, height, 0, 0, 0);
    }

    /** The episode after one more window, not reported yet. */
    public Open after(Evidence evidence) {
      return evidence.breach()
          ? new Open(kind, openedAtMs, height.with(evidence), revision, 0, unreported + 1)
          : new Open(kind, openedAtMs, height, revision, quiet + 1, unreported + 1);
    }

    /** The episode with one more record about it. */
    public Open reported() {
      return new Open(kind, openedAtMs, height, revision + 1, quiet, 0);
    }

    public Severity severity() {
      return height.severity();
    }

    public double confidence() {
      return height.confidence();
    }
  }

  /**
   * An episode at its worst.
   *
   * @param severity the greatest so far
   * @param confidence the greatest so far
   * @param excess the greatest so far
   * @param value what was observed in the window of greatest excess
   */
  record Height(Severity severity, double confidence, double excess, double value) {

    Height with(Evidence evidence) {
      boolean higher = evidence.excess() > excess;
      return new Height(
          evidence.severity().compareTo(severity) > 0 ? evidence.severity() : severity,
          Math.max(confidence, evidence.confidence()),
          higher ? evidence.excess() : excess,
          higher ? evidence.value() : value);
    }
  }
}
