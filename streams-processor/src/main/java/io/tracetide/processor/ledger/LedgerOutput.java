package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceFinding;

/** Who is told by a ledger. */
public interface LedgerOutput {

  /** An event that is to be counted. */
  void count(TraceView event);

  /**
   * A further report of work that has been counted, with what the counted one lacked.
   *
   * @param atMicros when the counted report says that the work was done
   * @param duration whether the event's duration is new
   * @param failure whether it is new that the work failed
   */
  void complete(TraceView event, long atMicros, boolean duration, boolean failure);

  /**
   * A measurement that is to be counted.
   *
   * @param samplingWeight how many it stands for
   */
  void count(String tenant, SpanMeasurement measurement, double samplingWeight);

  /**
   * A trace could not be followed any further; its finished spans are counted. Returns when the
   * others are to go on.
   *
   * @param failure thrown again when Kafka, the registry or the local state caused it
   */
  void failed(RuntimeException failure);

  /** Something is wrong with a trace, or no longer. */
  void report(TraceFinding finding);
}
