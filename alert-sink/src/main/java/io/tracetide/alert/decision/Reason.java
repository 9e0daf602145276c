package io.tracetide.alert.decision;

/** Why a receiver is told now. */
public enum Reason {
  /** The receiver does not know yet that the alert fires. */
  FIRST_NOTIFICATION,
  /**
   * The receiver knows that the alert fires; it has become more severe, or a new episode began
   * before the end of the last one was seen.
   */
  NEW_ALERTS_ADDED,
  /** The alert is over. */
  ALL_ALERTS_RESOLVED
}
