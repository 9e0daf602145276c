package io.tracetide.processor.ledger;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.follow.ObservedClock;
import io.tracetide.processor.ledger.recent.RecentTraces;
import io.tracetide.processor.ledger.recent.ShortLivedTraces;
import io.tracetide.processor.ledger.recent.ShortLivedTraces.Brief;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerStorage;
import io.tracetide.processor.ledger.store.LedgerTally;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceJudge;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the ledger: it follows the traces that have started and not ended, and counts
 * each finished span once.
 *
 * <p>{@link #take} decides what an event needs:
 *
 * <table>
 * <caption>Decisions</caption>
 * <tr><th>decision</th><th>events</th></tr>
 * <tr><td>count only</td><td>a finished span of a trace that is not followed, neither slow nor
 * failed, that no judge needs; its record is added to the recent traces</td></tr>
 * <tr><td>short-lived</td><td>the first start of a trace, and its further events: only the records
 * are held; when all spans end before the commit they are added to the recent traces</td></tr>
 * <tr><td>follow</td><td>all others: they are merged into their trace in memory, which is written at the commit, an ended one to the recent traces and an open one to the store</td></tr>
 * <tr><td>duplicate</td><td>a span or record that was counted before; it only adds what the counted
 * report lacked</td></tr>
 * </table>
 *
 * <p>Memory contains only the 64-bit hash of an open trace and the tick at which it is assessed.
 *
 * <p>Used by one thread, except {@link #partition}.
 */
public final class TraceLedger {

  private final LedgerConfig config;
  private final TraceJudge judge;
  private final FastPathFilter filter;
  private final EventSource events;
  private final LedgerStorage storage;
  private final LedgerOutput output;
  private final LedgerTally tally;
  private final long slowMicros;
  private final ObservedClock clock;
  private final DuplicateFilter duplicates;
  private final FollowedTraces followed;
  private final RecentTraces recent;
  private final EventFollower follower;
  private final ShortLivedTraces shortLived = new ShortLivedTraces();
  private long meteredFollowed;
  private long meteredSpans;
  private long meteredWaiting;

  /**
   * Restores the ledger from the storage.
   *
   * @param nowMs wall clock, milliseconds since the epoch
   * @param longestStepMs see {@link ObservedClock}
   */
  public TraceLedger(
      LedgerConfig config,
      TraceRules rules,
      EventSource events,
      LedgerStorage storage,
      LedgerOutput output,
      LedgerTally tally,
      long nowMs,
      long longestStepMs) {
    this.config = config;
    this.judge = rules.judge();
    this.filter = new FastPathFilter(judge);
    this.events = events;
    this.storage = storage;
    this.output = output;
    this.tally = tally;
    slowMicros = config.kept().slowerThan().toNanos() / 1_000;
    clock = FollowedTraces.clock(storage, nowMs, longestStepMs);
    duplicates = new DuplicateFilter(config, storage, output, tally, nowMs);
    followed = new FollowedTraces(config, rules, events, storage, output, tally, duplicates, clock);
    recent = followed.recent;
    follower =
        new EventFollower(
            config, rules.meter(), filter, events, followed, duplicates, output, tally);
    duplicates.restore(storage);
    followed.restore(id -> follower.pending.await(id, nowMs));
    meter();
  }

  /** The view for other threads. */
  public LedgerPartition partition() {
    return new LedgerReading(
        storage, recent, followed.open.notable(), followed.open.counts(), events, config.limits());
  }

  /** Whether a trace is followed, or was recently. */
  boolean isFollowed(String tenant, String traceId) {
    return followed.contains(TraceHash.ofTrace(tenant, traceId));
  }

  /** Advances the time; to be called several times a second. */
  public void advance(long nowMs, boolean caughtUp) {
    clock.advance(nowMs, caughtUp);
    @Nullable TraceIdentity expired = follower.pending.nextExpired(nowMs);
    while (expired != null) {
      follower.releaseExpired(expired);
      expired = follower.pending.nextExpired(nowMs);
    }
    followed.advance(nowMs);
  }

  /** Computes the hashes that {@link #fetch} needs. */
  public void prepare(TraceView event) {
    event.spanHash();
    if (!event.isCompleted()) {
      event.recordHash();
    } else if (shortLived.size() > 0) {
      event.operationHash();
    }
  }

  /** Prefetches what {@link #take} reads, see {@link KeyTable#fetch}. */
  public int fetch(TraceView event) {
    long hash = event.traceHash();
    int fetched = recent.fetch(hash) + duplicates.fetch(event.spanHash()) + shortLived.fetch(hash);
    if (!event.isCompleted()) {
      fetched += duplicates.fetch(event.recordHash());
    } else if (shortLived.size() > 0) {
      fetched += followed.histories.fetch(event);
    }
    return fetched;
  }

  /** Processes an event, and sends new spans and measurements to the output. */
  public void take(TraceView event) {
    long hash = event.traceHash();
    boolean plain =
        event.isCompleted()
            && event.hasDuration()
            && !event.isFailed()
            && event.durationMicros() <= slowMicros
            && !event.hasWorkflowEvent();
    if (followed.contains(hash)) {
      follow(event, hash, plain);
      return;
    }
    Brief trace = shortLived.of(event, hash);
    if (trace != null) {
      takeShortLived(event, hash, plain, trace);
    } else if (!plain) {
      if (!beginShortLived(event, hash)) {
        follow(event, hash, false);
      }
    } else if (follower.mayBeJudged(event)) {
      follow(event, hash, true);
    } else {
      countSpan(event, hash);
    }
  }

  private void follow(TraceView event, long hash, boolean plain) {
    if (follower.follow(event, hash, plain)) {
      return;
    }
    if (event.isCompleted()) {
      countSpan(event, hash);
    } else {
      output.count(event);
    }
  }

  /** Counts a finished span of a trace that is not followed. */
  private void countSpan(TraceView event, long hash) {
    if (!duplicates.isFirst(event, event.spanHash(), false)) {
      duplicates.complete(event, false, event.timestampMicros());
      return;
    }
    recent.add(
        hash, event.bytes(), event.recordStart(), event.recordLength(), false, clock.nowMs());
    duplicates.count(event);
  }

  /** Begins a short-lived trace with its first event; false when it has to be followed. */
  private boolean beginShortLived(TraceView event, long hash) {
    if (!event.isStarted()
        || followed.open.size() + shortLived.size() >= config.maxOpen()
        || !shortLived.hasRoom()
        || recent.contains(hash)
        || needsJudge(event)) {
      return false;
    }
    long span = event.spanHash();
    Brief trace = duplicates.contains(span) ? null : shortLived.begin(event, hash, span);
    if (trace == null) {
      return false;
    }
    if (!duplicates.add(event.recordHash())) {
      shortLived.remove(hash);
      return false;
    }
    hold(event, trace);
    return true;
  }

  /** Whether an event that does not end a span reports something that has to be judged. */
  private boolean needsJudge(TraceView event) {
    return event.hasWorkflowEvent()
        || (event.isStarted() ? filter.needsJudging(event) : judge != TraceJudge.LENIENT);
  }

  /** Processes a further event of a short-lived trace, which may then have to be followed. */
  private void takeShortLived(TraceView event, long hash, boolean plain, Brief trace) {
    long span = event.spanHash();
    if (plain && !filter.needsJudging(event)) {
      endShortLived(event, hash, span, trace);
    } else if (event.isCompleted() || needsJudge(event) || !addShortLived(event, span, trace)) {
      followed.follow(hash, trace);
      shortLived.remove(hash);
      follow(event, hash, plain);
    }
  }

  /** Holds the start of a span, or an update of a span that has started. */
  private boolean addShortLived(TraceView event, long span, Brief trace) {
    if (trace.hasBegun(span) == event.isStarted()
        || duplicates.contains(span)
        || !duplicates.add(event.recordHash())) {
      return false;
    }
    if (event.isStarted()) {
      trace.begin(span);
    }
    hold(event, trace);
    return true;
  }

  private void hold(TraceView event, Brief trace) {
    shortLived.add(trace, event);
    trace.touch(clock.nowMs(), clock.observedMs());
    output.count(event);
  }

  private void endShortLived(TraceView event, long hash, long span, Brief trace) {
    boolean begun = trace.hasBegun(span);
    if (!duplicates.isFirst(event, span, begun)) {
      tally.duplicates.increment();
      return;
    }
    hold(event, trace);
    if (begun && trace.isRoot(span)) {
      followed.histories.add(event, clock.observedMs());
    }
    trace.end(span);
    if (trace.isOver()) {
      trace.addTo(recent, hash, clock.nowMs());
      shortLived.remove(hash);
    }
  }

  /** Writes the changes since the last commit. */
  public void commit(long nowMs) {
    clock.setNowMs(nowMs);
    shortLived.removeAll((hash, trace) -> followed.guarded(() -> followed.follow(hash, trace)));
    followed.commit();
    duplicates.commit(nowMs);
    followed.commitMarks(nowMs);
    meter();
  }

  private void meter() {
    meter(followed.open.size(), duplicates.size(), follower.pending.size());
  }

  private void meter(long traces, long spans, long waiting) {
    tally.followed.add(traces - meteredFollowed);
    tally.remembered.add(spans - meteredSpans);
    tally.waiting.add(waiting - meteredWaiting);
    meteredFollowed = traces;
    meteredSpans = spans;
    meteredWaiting = waiting;
  }

  /** Subtracts this partition from the tally; it must not be used afterwards. */
  public void close() {
    meter(0, 0, 0);
  }
}
