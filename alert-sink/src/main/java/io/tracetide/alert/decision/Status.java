package io.tracetide.alert.decision;

/** Status of an alert in a notification. */
public enum Status {
  FIRING,
  RESOLVED
}
