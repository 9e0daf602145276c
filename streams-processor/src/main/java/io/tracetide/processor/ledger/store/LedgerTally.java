package io.tracetide.processor.ledger.store;

import java.util.concurrent.atomic.LongAdder;

/** What the ledgers of a process have done and hold, all partitions together. */
public final class LedgerTally {

  /** Finished work, starts and updates that came again. */
  public final LongAdder duplicates = new LongAdder();

  /** Traces that became stuck. */
  public final LongAdder stuck = new LongAdder();

  /** Traces that were given up. */
  public final LongAdder abandoned = new LongAdder();

  /** Open traces that were not followed because there were too many. */
  public final LongAdder unfollowed = new LongAdder();

  /** FollowedSteps and spans of traces that were left out because there were too many. */
  public final LongAdder stepsDropped = new LongAdder();

  /** Finished traces that were not stored because their service had too many. */
  public final LongAdder unkept = new LongAdder();

  /** Ends that were counted without a duration because no start came. */
  public final LongAdder startsMissed = new LongAdder();

  /** Followed traces that are open now, or were until lately. */
  public final LongAdder followed = new LongAdder();

  /** Names that are remembered now. */
  public final LongAdder remembered = new LongAdder();

  /** Ends that wait for their start now. */
  public final LongAdder waiting = new LongAdder();
}
