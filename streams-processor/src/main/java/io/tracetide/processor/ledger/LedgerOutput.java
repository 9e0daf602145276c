package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;

/** Who is told by a ledger. */
public interface LedgerOutput {

  /** An event that is to be counted. */
  void count(TraceView event);

  /**
   * A measurement that is to be counted.
   *
   * @param samplingWeight how many it stands for
   */
  void count(String tenant, Measurement measurement, double samplingWeight);

  /** Something is wrong with a trace, or no longer. */
  void report(TraceFinding finding);
}
