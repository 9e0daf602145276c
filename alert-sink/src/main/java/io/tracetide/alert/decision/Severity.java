package io.tracetide.alert.decision;

/** Severity of an alert, ascending. */
public enum Severity {
  LOW,
  MEDIUM,
  HIGH,
  CRITICAL
}
