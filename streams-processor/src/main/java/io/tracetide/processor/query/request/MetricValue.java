package io.tracetide.processor.query.request;

import org.jspecify.annotations.Nullable;

/**
 * Numbers in answers: null where there is no value, and rounded to significant digits. Values of
 * sketches are exact to 1 % and have six digits; exact values have twelve, which removes binary
 * noise only.
 */
public final class MetricValue {
  private static final int EXACT_DIGITS = 12;
  private static final int ESTIMATED_DIGITS = 6;
  private static final double MICROS_PER_MILLI = 1_000;

  private MetricValue() {}

  static @Nullable public Double exact(double value) {
    return Double.isFinite(value) ? round(value, EXACT_DIGITS) : null;
  }

  static @Nullable public Double estimated(double value) {
    return Double.isFinite(value) ? round(value, ESTIMATED_DIGITS) : null;
  }

  static @Nullable public Double exactMillis(double micros) {
    return exact(micros / MICROS_PER_MILLI);
  }

  static @Nullable public Double estimatedMillis(double micros) {
    return estimated(micros / MICROS_PER_MILLI);
  }

  private static double round(double value, int digits) {
    if (value == 0) {
      return 0;
    }
    int shift = digits - 1 - (int) Math.floor(Math.log10(Math.abs(value)));
    double scale = Math.pow(10, Math.abs(shift));
    // Multiplying and dividing by a power of ten, never by its inverse, keeps short decimals short.
    double rounded =
        shift >= 0 ? Math.rint(value * scale) / scale : Math.rint(value / scale) * scale;
    return Double.isFinite(rounded) ? rounded : value;
  }
}
