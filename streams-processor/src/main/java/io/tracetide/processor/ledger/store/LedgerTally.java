package io.tracetide.processor.ledger.store;

import java.util.concurrent.atomic.LongAdder;

/** Counters of the ledgers of a process, all partitions together. */
public final class LedgerTally {

  /** Duplicate events. */
  public final LongAdder duplicates = new LongAdder();

  /** Traces that became stuck. */
  public final LongAdder stuck = new LongAdder();

  /** Traces that were abandoned. */
  public final LongAdder abandoned = new LongAdder();

  /** Events of traces that were not followed because of {@code ledger.maxOpen}. */
  public final LongAdder unfollowed = new LongAdder();

  /** Events that were counted without their trace, because their record could not be decoded. */
  public final LongAdder undecoded = new LongAdder();

  /** Steps and spans that were dropped because of {@code ledger.limits}. */
  public final LongAdder stepsDropped = new LongAdder();

  /** Finished traces that were not stored because of {@code ledger.kept.perServiceAndMinute}. */
  public final LongAdder unkept = new LongAdder();

  /** Ends that were counted without a duration because their start was not received. */
  public final LongAdder startsMissed = new LongAdder();

  /** Current number of followed traces. */
  public final LongAdder followed = new LongAdder();

  /** Current number of hashes that are kept to detect duplicates. */
  public final LongAdder remembered = new LongAdder();

  /** Current number of ends that wait for their start. */
  public final LongAdder waiting = new LongAdder();
}
