package io.tracetide.processor.slo;

import io.tracetide.schemas.Severity;
import java.time.Duration;

/**
 * A long and a short window whose burn rates must both be above a limit. The long window shows that
 * a significant share of the budget is spent, the short one that it is still being spent.
 *
 * <p>The four pairs of table 5-8 in the SRE workbook, for a period of 30 days, most urgent first.
 */
public enum WindowPair {
  PAGE_1H(Duration.ofHours(1), Duration.ofMinutes(5), 2, Severity.CRITICAL),
  PAGE_6H(Duration.ofHours(6), Duration.ofMinutes(30), 5, Severity.CRITICAL),
  TICKET_1D(Duration.ofDays(1), Duration.ofHours(2), 10, Severity.MEDIUM),
  TICKET_3D(Duration.ofDays(3), Duration.ofHours(6), 10, Severity.MEDIUM);

  /** The period of every error budget. */
  public static final Duration PERIOD = Duration.ofDays(30);

  private final Duration longWindow;
  private final Duration shortWindow;
  private final int budgetPercent;
  private final Severity severity;

  WindowPair(Duration longWindow, Duration shortWindow, int budgetPercent, Severity severity) {
    this.longWindow = longWindow;
    this.shortWindow = shortWindow;
    this.budgetPercent = budgetPercent;
    this.severity = severity;
  }

  public Duration longWindow() {
    return longWindow;
  }

  public Duration shortWindow() {
    return shortWindow;
  }

  /** Limit of the burn rate: share of the budget x period / long window. */
  public double factor() {
    return budgetPercent * PERIOD.toMinutes() / (100.0 * longWindow.toMinutes());
  }

  public Severity severity() {
    return severity;
  }

  /** Both windows as text, such as {@code 1h-5m}. */
  public String windows() {
    return text(longWindow) + "-" + text(shortWindow);
  }

  /** A length such as {@code 5m}, {@code 6h} or {@code 3d}. */
  static String text(Duration length) {
    if (length.toMinutes() % 1_440 == 0) {
      return length.toDays() + "d";
    }
    return length.toMinutes() % 60 == 0 ? length.toHours() + "h" : length.toMinutes() + "m";
  }
}
