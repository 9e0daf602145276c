package io.tracetide.processor.anomaly;

/** The change of an episode after a window that is to be reported, if any. */
public sealed interface Change {

  /** Nothing to report. */
  Change NONE = new None();

  /** Nothing to report. */
  record None() implements Change {}

  /** A change that is published as a record. */
  sealed interface Reported extends Change {
    /** The episode as of the record. */
    Episode.Open episode();
  }

  /** The episode opened. */
  record Opened(Episode.Open episode) implements Reported {}

  /** The episode continues, and has become worse or is due for another report. */
  record Updated(Episode.Open episode) implements Reported {}

  /**
   * The episode ended.
   *
   * @param endMs end of the window that ended it
   */
  record Resolved(Episode.Open episode, long endMs) implements Reported {}
}
