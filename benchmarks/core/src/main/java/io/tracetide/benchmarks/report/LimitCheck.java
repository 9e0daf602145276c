package io.tracetide.benchmarks.report;

import java.util.Locale;

/**
 * A measured value and its limit.
 *
 * @param what description with the unit
 * @param value measured
 * @param limit greatest allowed value
 */
public record LimitCheck(String what, double value, double limit) {

  public boolean holds() {
    return value <= limit;
  }

  /** Adds itself as a row under {@link #heading}. */
  public void addTo(Table table) {
    table.row(
        what,
        Figures.shortly(value),
        String.format(Locale.ROOT, "at most %s", Figures.shortly(limit)),
        holds() ? "yes" : "NO");
  }

  /** A table for checks. */
  public static Table heading() {
    return new Table("metric", "measured", "limit", "met");
  }
}
