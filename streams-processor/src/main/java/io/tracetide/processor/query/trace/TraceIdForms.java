package io.tracetide.processor.query.trace;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The stored forms of a trace id given by a caller. The gateway writes ids of OpenTelemetry and
 * Zipkin as 32 hexadecimal digits in lower case, while headers and logs have them in upper case, or
 * as 16 digits; services that write to Kafka directly may use other ids.
 */
final class TraceIdForms {
  private static final int DIGITS = 32;
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{1,32}");

  private TraceIdForms() {}

  /** The id as given, and then in the form that the gateway writes. */
  static List<String> of(String given) {
    if (!HEX.matcher(given).matches()) {
      return List.of(given);
    }
    String written = "0".repeat(DIGITS - given.length()) + given.toLowerCase(Locale.ROOT);
    return written.equals(given) ? List.of(given) : List.of(given, written);
  }
}
