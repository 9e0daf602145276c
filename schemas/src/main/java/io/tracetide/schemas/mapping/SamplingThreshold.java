package io.tracetide.schemas.mapping;

/**
 * The number of spans that a sampled span stands for, from the W3C trace state.
 *
 * <p>OpenTelemetry's consistent probability sampling writes the rejection threshold T into {@code
 * ot=th:<hex>}: up to 14 hex digits with trailing zeros left out. A span is kept with probability 1
 * - T / 2^56, hence its weight. (OpenTelemetry specification, "TraceState: Probability Sampling".)
 */
public final class SamplingThreshold {

  /** Largest weight that callers use; larger ones are reduced to it. */
  public static final double MAX_WEIGHT = 1e6;

  private static final int DIGITS = 14;
  private static final double RANGE = 0x1p56;

  private SamplingThreshold() {}

  /**
   * The weight, at least 1; 1 when the trace state has no sampling threshold or cannot be parsed.
   */
  public static double weight(String traceState) {
    int ot = member(traceState, "ot=", ',');
    if (ot < 0) {
      return 1;
    }
    int end = traceState.indexOf(',', ot);
    String entry = traceState.substring(ot, end < 0 ? traceState.length() : end);
    int th = member(entry, "th:", ';');
    if (th < 0) {
      return 1;
    }
    long threshold = 0;
    int digits = 0;
    for (int i = th; i < entry.length() && entry.charAt(i) != ';'; i++) {
      char c = entry.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (c == ' ' || c == '\t') {
        continue;
      }
      if (digit < 0 || ++digits > DIGITS) {
        return 1;
      }
      threshold = threshold << 4 | digit;
    }
    if (digits == 0) {
      return 1;
    }
    threshold <<= 4 * (DIGITS - digits);
    return 1 / (1 - threshold / RANGE);
  }

  /** Where the value of a list member begins, or -1. */
  private static int member(String list, String prefix, char separator) {
    int from = 0;
    while (from < list.length()) {
      while (from < list.length() && (list.charAt(from) == ' ' || list.charAt(from) == '\t')) {
        from++;
      }
      if (list.startsWith(prefix, from)) {
        return from + prefix.length();
      }
      int next = list.indexOf(separator, from);
      if (next < 0) {
        return -1;
      }
      from = next + 1;
    }
    return -1;
  }
}
