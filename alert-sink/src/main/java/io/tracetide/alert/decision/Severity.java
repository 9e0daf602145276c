package io.tracetide.alert.decision;

import java.util.Locale;

/** Severity of an alert, ascending. */
public enum Severity {
  LOW,
  MEDIUM,
  HIGH,
  CRITICAL;

  /**
   * Severity that the label {@code severity} of an alert names, in the words of Tracetide,
   * Prometheus rules or PagerDuty. A missing or unknown value counts as medium.
   */
  public static Severity ofLabel(String label) {
    return switch (label.toLowerCase(Locale.ROOT)) {
      case "critical", "page", "fatal", "emergency" -> CRITICAL;
      case "high", "error", "major" -> HIGH;
      case "low", "info", "informational", "none" -> LOW;
      default -> MEDIUM;
    };
  }
}
