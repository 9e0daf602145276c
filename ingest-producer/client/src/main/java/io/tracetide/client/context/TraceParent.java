package io.tracetide.client.context;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The W3C header {@code traceparent}: trace and span of the caller (W3C Trace Context Level 2,
 * section 3.2).
 *
 * @param traceId 32 lower-case hex digits, not all zero
 * @param spanId 16 lower-case hex digits, not all zero
 * @param flags 0 to 255; unknown flags are not propagated
 */
public record TraceParent(String traceId, String spanId, int flags) {

  public static final int SAMPLED = 1;

  /** The last 56 bits of the trace id are random. */
  public static final int RANDOM = 2;

  private static final int TRACE_ID = 3;
  private static final int SPAN_ID = 36;
  private static final int FLAGS = 53;
  private static final int LENGTH = 55;

  /** Empty when the header is missing or invalid. */
  public static Optional<TraceParent> parse(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    String text = header.strip();
    if (text.length() < LENGTH || !isLaidOut(text)) {
      return Optional.empty();
    }
    String traceId = text.substring(TRACE_ID, SPAN_ID - 1);
    String spanId = text.substring(SPAN_ID, FLAGS - 1);
    int version = hex(text.substring(0, TRACE_ID - 1));
    int flags = hex(text.substring(FLAGS, LENGTH));
    boolean known = version >= 0 && version != 0xFF && flags >= 0;
    boolean whole = version == 0 ? text.length() == LENGTH : isOpenEnded(text);
    return known && whole && isId(traceId) && isId(spanId)
        ? Optional.of(new TraceParent(traceId, spanId, flags & (SAMPLED | RANDOM)))
        : Optional.empty();
  }

  public boolean isSampled() {
    return (flags & SAMPLED) != 0;
  }

  /** The header for callees. */
  public String header() {
    return "00-" + traceId + "-" + spanId + "-0" + flags;
  }

  /** Whether the id is a valid trace id of W3C. */
  public static boolean isTraceId(String text) {
    return text.length() == SPAN_ID - 1 - TRACE_ID && isId(text);
  }

  private static boolean isLaidOut(String text) {
    return text.charAt(TRACE_ID - 1) == '-'
        && text.charAt(SPAN_ID - 1) == '-'
        && text.charAt(FLAGS - 1) == '-';
  }

  /** Later versions may add fields after a dash. */
  private static boolean isOpenEnded(String text) {
    return text.length() == LENGTH || text.charAt(LENGTH) == '-';
  }

  private static boolean isId(String text) {
    boolean zero = true;
    for (int i = 0; i < text.length(); i++) {
      int digit = digit(text.charAt(i));
      if (digit < 0) {
        return false;
      }
      zero &= digit == 0;
    }
    return !zero;
  }

  private static int hex(String twoDigits) {
    int high = digit(twoDigits.charAt(0));
    int low = digit(twoDigits.charAt(1));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** Lower-case digits only, as specified; -1 for anything else. */
  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }
}
