package io.tracetide.processor.anomaly;

/** What people should be told after a window. */
public sealed interface Change {

  /** Nothing to tell. */
  Change NONE = new None();

  /** Nothing to tell. */
  record None() implements Change {}

  /** Something a record is written about. */
  sealed interface Reported extends Change {
    /** The episode as of the record. */
    Episode.Open episode();
  }

  /** Trouble began. */
  record Opened(Episode.Open episode) implements Reported {}

  /** Trouble goes on, and has become worse or has not been spoken of for a while. */
  record Updated(Episode.Open episode) implements Reported {}

  /**
   * Trouble is over.
   *
   * @param endMs end of the window that ended it
   */
  record Resolved(Episode.Open episode, long endMs) implements Reported {}
}
