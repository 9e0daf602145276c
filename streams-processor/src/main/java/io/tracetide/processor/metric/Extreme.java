package io.tracetide.processor.metric;

/**
 * The smallest or the largest of some observations: known, or not above or below a bound.
 *
 * @param value itself, or the bound; not a number when there is none
 * @param isKnown whether it is the value itself
 */
public record Extreme(double value, boolean isKnown) {

  private static final Extreme UNKNOWN = new Extreme(Double.NaN, false);

  /** The value itself; not a number when nothing is known of it. */
  public static Extreme known(double value) {
    return Double.isNaN(value) ? UNKNOWN : new Extreme(value, true);
  }

  /** One that is not known, with its bound; not a number when there is none. */
  public static Extreme bound(double value) {
    return Double.isNaN(value) ? UNKNOWN : new Extreme(value, false);
  }

  /** The value if it is known, else not a number. */
  public double known() {
    return isKnown ? value : Double.NaN;
  }
}
