package io.tracetide.processor.ledger.trace;

import io.tracetide.schemas.TraceStatus;
import java.util.Comparator;

/**
 * How a span ended. A span may be told to have ended more than once, for some clients report it
 * unfinished and again when it is: {@link #merge} joins what the ends say, in any order.
 *
 * @param durationMicros negative when the event did not tell it
 * @param errorType class or code of the error; empty when none was told
 */
public record SpanEnd(
    long atMicros, TraceStatus status, long durationMicros, String errorType, String errorMessage)
    implements Comparable<SpanEnd> {

  /** Work that one end says failed has failed; else the later end says how it ended. */
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

  boolean isFailed() {
    return status == TraceStatus.FAILED;
  }

  /** What both say together: the later time, the longer duration, and a failure if there is one. */
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
