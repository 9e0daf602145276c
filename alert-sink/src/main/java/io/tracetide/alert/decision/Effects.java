package io.tracetide.alert.decision;

/** Receives the effects of a decision, in order. */
public interface Effects {

  /** A notification of one integration of a receiver. */
  void notify(NotificationIntent notification);

  /** An alert has entered a phase. */
  void entered(TrackedAlert alert, Phase phase);
}
