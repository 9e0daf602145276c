package io.tracetide.alert.decision;

/** What a receiver is told about an alert. */
public enum Status {
  FIRING,
  RESOLVED
}
