package io.tracetide.alert.decision;

import java.util.List;

/**
 * The outcome of one step of the state machine.
 *
 * @param state the alert afterwards
 * @param transition what happened
 * @param notifications in order
 */
public record Decision(
    AlertState state, Transition transition, List<NotificationIntent> notifications) {
  public Decision {
    notifications = List.copyOf(notifications);
  }

  /** The effect of a report on an alert. */
  public enum Transition {
    /** An episode began. */
    OPENED,
    /** Its severity exceeded that of the last notification. */
    ESCALATED,
    /** It continues; no notification is due. */
    CONTINUED,
    /** It ended. */
    RESOLVED,
    /** The report was a duplicate or older than the state: nothing changed. */
    STALE
  }
}
