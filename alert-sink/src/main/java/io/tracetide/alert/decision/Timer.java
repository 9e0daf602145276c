package io.tracetide.alert.decision;

/**
 * A timer of a tenant. Each subject has at most one.
 *
 * @param kind what is due
 * @param id fingerprint, group key or id of the silence
 */
public record Timer(Kind kind, String id) {

  /** What is due. */
  public enum Kind {
    /** A change of the phase of an alert, or the end of its acknowledgement. */
    ALERT,
    /** The flush or the escalation of a group. */
    GROUP,
    /** The removal of an expired silence. */
    SILENCE
  }
}
