package io.tracetide.processor.ledger.trace;

import io.tracetide.schemas.TraceStatus;
import java.util.Comparator;

/**
 * The end of a span. Some clients report a span unfinished and again when it has finished, so it
 * may have several ends; {@link #merge} combines them, in any order.
 *
 * @param durationMicros negative when the event has none
 * @param errorType class or code of the error; empty when none was reported
 */
public record SpanEnd(
    long atMicros, TraceStatus status, long durationMicros, String errorType, String errorMessage)
    implements Comparable<SpanEnd> {

  /** A failed end takes precedence; otherwise the later end determines the status. */
  private static final Comparator<SpanEnd> BY_STATUS =
      Comparator.comparing(SpanEnd::isFailed)
          .thenComparingLong(SpanEnd::atMicros)
          .thenComparing(SpanEnd::status);

  private static final Comparator<SpanEnd> BY_ERROR =
      Comparator.comparing(SpanEnd::isFailed)
          .thenComparing(SpanEnd::errorType)
          .thenComparing(SpanEnd::errorMessage);

  private static final Comparator<SpanEnd> ORDER =
      Comparator.comparingLong(SpanEnd::atMicros)
          .thenComparing(SpanEnd::status)
          .thenComparingLong(SpanEnd::durationMicros)
          .thenComparing(SpanEnd::errorType)
          .thenComparing(SpanEnd::errorMessage);

  public boolean isFailed() {
    return status == TraceStatus.FAILED;
  }

  /** The combined end: the later time, the longer duration, and a failure if there is one. */
  public SpanEnd merge(SpanEnd other) {
    SpanEnd error = BY_ERROR.compare(this, other) < 0 ? other : this;
    return new SpanEnd(
        Math.max(atMicros, other.atMicros),
        (BY_STATUS.compare(this, other) < 0 ? other : this).status,
        Math.max(durationMicros, other.durationMicros),
        error.errorType,
        error.errorMessage);
  }

  @Override
  public int compareTo(SpanEnd other) {
    return ORDER.compare(this, other);
  }
}
