package io.tracetide.processor.ledger;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.recent.RememberedSpans;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerStorage;
import io.tracetide.processor.ledger.store.LedgerTally;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts each finished span once. A further report of a counted span adds the duration or the
 * failure that the first one lacked; what was lacking is kept as a hash beside that of the span.
 */
final class DuplicateFilter {

  /** The span was counted without a duration. */
  private static final long UNTIMED = Long.MIN_VALUE + 1;

  /** A further report brought its duration. */
  private static final long TIMED = Long.MIN_VALUE + 2;

  /** The span was counted as failed. */
  private static final long FAILED = Long.MIN_VALUE + 3;

  private final RememberedSpans remembered;
  private final LedgerOutput output;
  private final LedgerTally tally;

  DuplicateFilter(
      LedgerConfig config,
      LedgerStorage storage,
      LedgerOutput output,
      LedgerTally tally,
      long nowMs) {
    this.output = output;
    this.tally = tally;
    remembered =
        new RememberedSpans(
            config.duplicates().window().toMillis(),
            config.duplicates().maxSpans(),
            new RememberedSpans.Journal() {
              @Override
              public void append(byte[] key, byte[] hashes) {
                storage.appendNames(key, hashes);
              }

              @Override
              public void drop(byte[] key) {
                storage.dropNames(key);
              }
            },
            nowMs);
  }

  void restore(LedgerStorage storage) {
    List<byte[][]> journal = new ArrayList<>();
    storage.readNames((key, hashes) -> journal.add(new byte[][] {key, hashes}));
    journal.forEach(chunk -> remembered.restore(chunk[0], chunk[1]));
  }

  int size() {
    return remembered.size();
  }

  boolean contains(long hash) {
    return remembered.contains(hash);
  }

  /** Adds the hash of a record or span; false when it was there already. */
  boolean add(long hash) {
    return remembered.add(hash);
  }

  /** See {@link KeyTable#fetch}. */
  int fetch(long hash) {
    return remembered.fetch(hash);
  }

  void commit(long nowMs) {
    remembered.commit(nowMs);
  }

  /**
   * Whether a finished span has not been counted yet; it then is marked as counted.
   *
   * @param begun whether the start of the span was received: then it ends once, whatever the time
   *     of its end
   */
  boolean isFirst(TraceView event, long span, boolean begun) {
    if (event.hasSpanId()) {
      return remembered.add(span);
    }
    boolean firstAtThisTime = remembered.add(event.timedSpanHash(span));
    boolean firstOfAll = remembered.add(span);
    return begun ? firstOfAll : firstAtThisTime;
  }

  /** Counts a finished span, and marks what a further report of it may add. */
  void count(TraceView event) {
    if (!event.hasDuration()) {
      mark(event, false, UNTIMED);
    }
    if (event.isFailed()) {
      mark(event, false, FAILED);
    }
    output.count(event);
  }

  /**
   * Processes a further report of a counted span.
   *
   * @param atMicros time of the counted report, or the best known approximation
   */
  void complete(TraceView event, boolean begun, long atMicros) {
    tally.duplicates.increment();
    boolean duration =
        event.hasDuration() && isMarked(event, begun, UNTIMED) && mark(event, begun, TIMED);
    boolean failure = event.isFailed() && mark(event, begun, FAILED);
    if (duration || failure) {
      output.complete(event, atMicros, duration, failure);
    }
  }

  /** Whether a span that has started was counted without a duration, which it gets now. */
  boolean lacksDuration(TraceView event) {
    return isMarked(event, true, UNTIMED) && mark(event, true, TIMED);
  }

  /** Marks a span; false when it was marked already. */
  private boolean mark(TraceView event, boolean begun, long mark) {
    long span = event.spanHash();
    boolean newAtThisTime =
        !event.hasSpanId() && remembered.add(TraceHash.mix(event.timedSpanHash(span), mark));
    boolean newOfAll = remembered.add(TraceHash.mix(span, mark));
    return (begun || event.hasSpanId()) ? newOfAll : newAtThisTime;
  }

  private boolean isMarked(TraceView event, boolean begun, long mark) {
    long span = event.spanHash();
    long marked = (begun || event.hasSpanId()) ? span : event.timedSpanHash(span);
    return remembered.contains(TraceHash.mix(marked, mark));
  }
}
