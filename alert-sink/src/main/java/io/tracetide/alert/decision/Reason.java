package io.tracetide.alert.decision;

/** Why a receiver is notified. */
public enum Reason {
  /** The group was not notified before. */
  FIRST_NOTIFICATION,
  /** An alert was added, has become more severe, or began again. */
  NEW_ALERTS_ADDED,
  /** Some alerts of the group are resolved. */
  SOME_ALERTS_RESOLVED,
  /** All alerts of the group are resolved. */
  ALL_ALERTS_RESOLVED,
  /** Nothing has changed for the repeat interval. */
  REPEAT_INTERVAL_ELAPSED,
  /** No one has acknowledged the group in time; the receiver is the next of the escalation. */
  ESCALATED,
  /** All firing alerts of the group are acknowledged. */
  ACKNOWLEDGED,
  /** The acknowledgement of an alert was withdrawn or has expired. */
  UNACKNOWLEDGED
}
