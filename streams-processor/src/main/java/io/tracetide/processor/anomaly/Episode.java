package io.tracetide.processor.anomaly;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;

/** Where a subject, such as a series or a rule on a series, stands between calm and trouble. */
public sealed interface Episode {

  /** No window of late was beyond the limit. Also the state of a subject that is not known yet. */
  Episode QUIET = new Quiet();

  /** Nothing is wrong. */
  record Quiet() implements Episode {}

  /**
   * Some windows were beyond the limit, too few to open; or an episode has just ended.
   *
   * <p>Not touched by calm windows, so that it need not be written for each of them.
   *
   * @param marks the latest windows
   * @param sinceMs end of the window that ended the episode before; what was told of it and of
   *     earlier windows stays as it is
   * @param kind of the height
   * @param height what the windows that may become part of an episode showed at the worst
   */
  record Pending(WindowMarks marks, long sinceMs, AnomalyKind kind, Height height)
      implements Episode {

    /** Stands for an episode before of which nothing is known. */
    public static final long NEVER = Long.MIN_VALUE;
  }

  /**
   * Trouble that people have been told of.
   *
   * @param kind what is wrong; fixed at opening, so that the fingerprint is too
   * @param openedAtMs end of the window that opened it
   * @param height what its windows showed at the worst
   * @param revision number of the latest record about it, from 0
   * @param quiet windows without a breach, up to those that may still be revised
   * @param unreported windows since the latest record about it
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

    /** The episode that one moment opens. */
    public static Open begin(Evidence evidence, long endMs) {
      return new Open(
          evidence.kind(), endMs, Height.of(evidence), 0, 0, 0, WindowMarks.none(endMs));
    }

    /** The episode after one more moment of trouble, not reported yet. */
    public Open after(Evidence evidence) {
      return new Open(kind, openedAtMs, height.with(evidence), revision, 0, unreported + 1, marks);
    }

    /** The episode with one more record about it. */
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
   * An episode at its worst.
   *
   * @param severity the greatest so far
   * @param confidence the greatest so far
   * @param excess the greatest so far
   * @param value what was observed in the window of greatest excess
   * @param peak what that window showed; the earliest of those that are equal
   */
  record Height(Severity severity, double confidence, double excess, double value, Snapshot peak) {

    /** Whether the peak is known, and is of another window than the one that ended then. */
    public boolean isBefore(long endMs) {
      return peak.isKnown() && peak.endMs() != endMs;
    }

    /** Of no window. */
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

    /** The same after a window was judged again. */
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
