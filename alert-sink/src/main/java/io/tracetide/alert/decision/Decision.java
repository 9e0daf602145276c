package io.tracetide.alert.decision;

import java.util.List;

/**
 * The outcome of one step of the state machine.
 *
 * @param state the alert afterwards
 * @param transition what happened
 * @param notifications what is to be told, in order
 */
public record Decision(
    AlertState state, Transition transition, List<NotificationIntent> notifications) {
  public Decision {
    notifications = List.copyOf(notifications);
  }

  /** What a report did to an alert. */
  public enum Transition {
    /** An episode began. */
    OPENED,
    /** It became more severe than anybody was told. */
    ESCALATED,
    /** It went on; nobody needs to be told. */
    CONTINUED,
    /** It ended. */
    RESOLVED,
    /** The report was a duplicate or had been overtaken: nothing changed. */
    STALE
  }
}
