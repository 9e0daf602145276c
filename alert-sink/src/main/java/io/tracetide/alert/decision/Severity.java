package io.tracetide.alert.decision;

/** How much an alert matters, rising. */
public enum Severity {
  LOW,
  MEDIUM,
  HIGH,
  CRITICAL
}
