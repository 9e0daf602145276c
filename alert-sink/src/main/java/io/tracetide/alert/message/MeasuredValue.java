package io.tracetide.alert.message;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A value of the window in which an alert deviated most.
 *
 * @param feature name with unit, for example {@code p95Ms}
 * @param observed the value
 * @param expected the usual value, if it is known
 */
public record MeasuredValue(String feature, double observed, OptionalDouble expected) {

  /** For example {@code 840 (expected 120)}. */
  public String text() {
    return expected.isPresent()
        ? number(observed) + " (expected " + number(expected.getAsDouble()) + ")"
        : number(observed);
  }

  /** At most three decimals, without trailing zeros. */
  public static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
