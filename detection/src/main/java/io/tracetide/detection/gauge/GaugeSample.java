package io.tracetide.detection.gauge;

/**
 * The value of a series in one window.
 *
 * @param window number of the window; above that of the sample before
 * @param value the value; NaN when there is none
 * @param hour time of day in hours, 0 to 24; NaN when it is unknown
 */
public record GaugeSample(long window, double value, double hour) {

  public GaugeSample {
    if (Double.isInfinite(value) || hour < 0 || hour > 24) {
      throw new IllegalArgumentException(
          "a value must be finite or NaN and an hour from 0 to 24, not %s at %s"
              .formatted(value, hour));
    }
  }

  /** Whether there is a value. */
  boolean isPresent() {
    return !Double.isNaN(value);
  }
}
