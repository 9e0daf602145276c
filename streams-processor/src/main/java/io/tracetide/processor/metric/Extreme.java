package io.tracetide.processor.metric;

/**
 * The smallest or the largest of some observations: the exact value, or only a bound of it.
 *
 * @param value the exact value or the bound; NaN when there is none
 * @param isKnown whether it is the exact value
 */
public record Extreme(double value, boolean isKnown) {

  private static final Extreme UNKNOWN = new Extreme(Double.NaN, false);

  /** The exact value; unknown for NaN. */
  public static Extreme known(double value) {
    return Double.isNaN(value) ? UNKNOWN : new Extreme(value, true);
  }

  /** Only a bound of the value; unknown for NaN. */
  public static Extreme bound(double value) {
    return Double.isNaN(value) ? UNKNOWN : new Extreme(value, false);
  }

  /** The exact value; NaN when it is not known. */
  public double known() {
    return isKnown ? value : Double.NaN;
  }
}
