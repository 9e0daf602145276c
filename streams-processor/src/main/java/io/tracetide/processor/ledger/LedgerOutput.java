package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;

/** Who is told by a ledger. */
public interface LedgerOutput {

  /** An event that is to be counted. */
  void count(TraceView event);

  /** Something is wrong with a trace, or no longer. */
  void report(TraceFinding finding);
}
