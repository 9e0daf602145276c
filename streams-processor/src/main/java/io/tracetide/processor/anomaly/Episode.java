package io.tracetide.processor.anomaly;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;

/** The state of a subject (a series, or a rule on a series) between quiet and an open anomaly. */
public sealed interface Episode {

  /** The state of a subject without recent breaches, and of an unknown subject. */
  Episode QUIET = new Quiet();

  /** No recent window was beyond the limit. */
  record Quiet() implements Episode {}

  /**
   * Some windows were beyond the limit, too few to open; or an episode has just ended.
   *
   * <p>Windows within the limit do not change it, so that it is not written for each of them.
   *
   * @param marks the latest windows
   * @param sinceMs end of the window that ended the previous episode; reports on it and on earlier
   *     windows are not changed
   * @param kind of the height
   * @param height height of the windows that may become part of an episode
   */
  record Pending(WindowMarks marks, long sinceMs, AnomalyKind kind, Height height)
      implements Episode {

    /** Value of {@code sinceMs} without a known previous episode. */
    public static final long NEVER = Long.MIN_VALUE;
  }

  /**
   * An open anomaly that has been reported.
   *
   * @param kind kind of the anomaly; fixed at opening, because it is part of the fingerprint
   * @param openedAtMs end of the window that opened it
   * @param height height of its windows
   * @param revision number of its latest record, from 0
   * @param quiet windows without a breach, up to those that may still be revised
   * @param unreported windows since its latest record
   * @param marks the latest windows, also those before it opened
   */
  record Open(
      AnomalyKind kind,
      long openedAtMs,
      Height height,
      int revision,
      int quiet,
      int unreported,
      WindowMarks marks)
      implements Episode {

    /** The episode that one breach opens. */
    public static Open begin(Evidence evidence, long endMs) {
      return new Open(
          evidence.kind(), endMs, Height.of(evidence), 0, 0, 0, WindowMarks.none(endMs));
    }

    /** The episode after one more breach, not reported yet. */
    public Open after(Evidence evidence) {
      return new Open(kind, openedAtMs, height.with(evidence), revision, 0, unreported + 1, marks);
    }

    /** The same with another confidence. */
    public Open withConfidence(double other) {
      return at(marks, quiet, height.withConfidence(other), unreported);
    }

    /** The episode after one more record. */
    public Open reported() {
      return new Open(kind, openedAtMs, height, revision + 1, quiet, 0, marks);
    }

    Open at(WindowMarks moved, int calm, Height reached, int since) {
      return new Open(kind, openedAtMs, reached, revision, calm, since, moved);
    }

    public Severity severity() {
      return height.severity();
    }

    public double confidence() {
      return height.confidence();
    }
  }

  /**
   * The maximum of an episode.
   *
   * @param severity greatest severity so far
   * @param confidence greatest confidence so far; the latest one when it is calibrated
   * @param excess greatest excess so far
   * @param value observed value of the window with the greatest excess
   * @param peak values of that window; of the earliest one when several are equal
   */
  record Height(Severity severity, double confidence, double excess, double value, Snapshot peak) {

    Height withConfidence(double other) {
      return new Height(severity, other, excess, value, peak);
    }

    /** Whether the peak is known and belongs to another window than the one with this end. */
    public boolean isBefore(long endMs) {
      return peak.isKnown() && peak.endMs() != endMs;
    }

    /** The height of no window. */
    public static final Height NONE =
        new Height(Severity.LOW, 0, Double.NEGATIVE_INFINITY, Double.NaN, Snapshot.NONE);

    static Height of(Evidence evidence) {
      return new Height(
          evidence.severity(),
          evidence.confidence(),
          evidence.excess(),
          evidence.value(),
          evidence.snapshot());
    }

    Height with(Evidence evidence) {
      boolean higher = isBelow(evidence);
      return new Height(
          worse(evidence.severity()),
          Math.max(confidence, evidence.confidence()),
          higher ? evidence.excess() : excess,
          higher ? evidence.value() : value,
          higher ? evidence.snapshot() : peak);
    }

    /** The height after a window was evaluated again. */
    Height revised(Evidence evidence, long endMs) {
      boolean isPeak = peak.isKnown() && peak.endMs() == endMs && evidence.snapshot().isKnown();
      if (isPeak) {
        Severity greatest = evidence.breach() ? worse(evidence.severity()) : severity;
        return new Height(
            greatest,
            Math.max(confidence, evidence.confidence()),
            evidence.excess(),
            evidence.value(),
            evidence.snapshot());
      }
      return evidence.breach() ? with(evidence) : this;
    }

    private boolean isBelow(Evidence evidence) {
      return evidence.excess() > excess
          || (!peak.isKnown() && evidence.snapshot().isKnown())
          || (evidence.excess() == excess && evidence.snapshot().endMs() < peak.endMs());
    }

    private Severity worse(Severity other) {
      return other.compareTo(severity) > 0 ? other : severity;
    }
  }
}
