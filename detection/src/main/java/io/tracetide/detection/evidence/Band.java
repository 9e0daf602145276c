package io.tracetide.detection.evidence;

/**
 * A value of a window and what was expected of it.
 *
 * @param observed value in the window; NaN when there is none, as for the latency of an empty
 *     window
 * @param expected centre of the band
 * @param lower lower end of the band, three scales below the centre
 * @param upper upper end of the band
 */
public record Band(double observed, double expected, double lower, double upper) {

  /** A band that is not known yet. */
  static Band unknown(double observed) {
    return new Band(observed, Double.NaN, 0, Double.POSITIVE_INFINITY);
  }

  /** Whether there is a history to expect something from. */
  public boolean isKnown() {
    return upper < Double.POSITIVE_INFINITY;
  }
}
