package io.tracetide.benchmarks.report;

import java.util.Locale;

/**
 * A figure that is promised, beside its limit.
 *
 * @param what what was measured, with its unit
 * @param value what came out
 * @param limit the most that it may be
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
    return new Table("figure", "measured", "promised", "holds");
  }
}
