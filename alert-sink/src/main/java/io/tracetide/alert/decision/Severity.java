package io.tracetide.alert.decision;

import java.util.Locale;

/** Severity of an alert, ascending. */
public enum Severity {
  LOW,
  MEDIUM,
  HIGH,
  CRITICAL;

  /** Value of the {@code severity} label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
