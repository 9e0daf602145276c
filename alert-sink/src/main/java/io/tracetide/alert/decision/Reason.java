package io.tracetide.alert.decision;

/** Why a receiver is notified. */
public enum Reason {
  /** The receiver was not notified that the alert fires. */
  FIRST_NOTIFICATION,
  /**
   * The receiver was notified that the alert fires; it has become more severe, or a new episode
   * began before the end of the last one was seen.
   */
  NEW_ALERTS_ADDED,
  /** The alert is resolved. */
  ALL_ALERTS_RESOLVED
}
