package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceSnapshot;

/** Port: receives the results of a ledger. */
public interface LedgerOutput {

  /** An event that is to be counted. */
  void count(TraceView event);

  /**
   * A further report of a counted span, with the duration or failure that the counted one lacked.
   *
   * @param atMicros end of the span in the counted report, microseconds since the epoch
   * @param duration whether the event's duration is new
   * @param failure whether the failure is new
   */
  void complete(TraceView event, long atMicros, boolean duration, boolean failure);

  /**
   * A measurement that is to be counted.
   *
   * @param samplingWeight number of measurements that it represents
   */
  void count(String tenant, SpanMeasurement measurement, double samplingWeight);

  /**
   * Following a trace failed; its finished spans are counted. Returns normally when the other
   * traces are to be processed.
   *
   * @param failure thrown again when Kafka, the registry or the local state caused it
   */
  void failed(RuntimeException failure);

  /** Whether {@link #changed} needs to be called. */
  boolean wantsChanges();

  /** A followed trace as it is written at the next commit; it may have ended. */
  void changed(TraceSnapshot trace);

  /** A breach of a trace begins or ends. */
  void report(TraceFinding finding);
}
