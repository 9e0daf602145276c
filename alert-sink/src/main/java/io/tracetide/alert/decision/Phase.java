package io.tracetide.alert.decision;

/** Phase of an alert. */
public enum Phase {
  /** It has not lasted as long as its policy requires; no receiver is notified. */
  PENDING,
  /** It fires. */
  FIRING,
  /** It is over, and is observed before it is resolved; receivers see it as firing. */
  RECOVERING,
  /** It is resolved. */
  RESOLVED;

  /** Whether receivers see the alert as firing. */
  public boolean isFiring() {
    return this == FIRING || this == RECOVERING;
  }
}
