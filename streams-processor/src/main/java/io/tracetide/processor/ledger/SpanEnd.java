package io.tracetide.processor.ledger;

import io.tracetide.schemas.TraceStatus;
import java.util.Comparator;

/**
 * How a span ended. Of two ends the later one holds.
 *
 * @param durationMicros negative when the event did not tell it
 * @param errorType class or code of the error; empty when none was told
 */
record SpanEnd(
    long atMicros, TraceStatus status, long durationMicros, String errorType, String errorMessage)
    implements Comparable<SpanEnd> {

  private static final Comparator<SpanEnd> ORDER =
      Comparator.comparingLong(SpanEnd::atMicros)
          .thenComparing(SpanEnd::status)
          .thenComparingLong(SpanEnd::durationMicros)
          .thenComparing(SpanEnd::errorType)
          .thenComparing(SpanEnd::errorMessage);

  @Override
  public int compareTo(SpanEnd other) {
    return ORDER.compare(this, other);
  }
}
