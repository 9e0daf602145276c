package io.tracetide.processor.ledger;

import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.processor.ledger.follow.ObservedClock;
import io.tracetide.processor.ledger.follow.OpenTraces;
import io.tracetide.processor.ledger.follow.OperationHistories;
import io.tracetide.processor.ledger.follow.Silence;
import io.tracetide.processor.ledger.follow.SpanFacts;
import io.tracetide.processor.ledger.recent.RecentTraces;
import io.tracetide.processor.ledger.recent.RetainedTraces;
import io.tracetide.processor.ledger.recent.ShortLivedTraces.Brief;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerStorage;
import io.tracetide.processor.ledger.store.LedgerTally;
import io.tracetide.schemas.TraceEvent;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The followed traces of one partition. Traces that have changed since the last commit are in
 * memory; at the commit an ended one moves to the recent traces and an open one to the store.
 */
final class FollowedTraces {

  private static final long HISTORY_INTERVAL_MS = 30_000;
  private static final String OBSERVED = "observed";
  private static final String HISTORY = "history/";

  final OpenTraces open;
  final RecentTraces recent;
  final RetainedTraces retained;
  final OperationHistories histories;
  final ObservedClock clock;
  private final LedgerConfig config;
  private final EventSource events;
  private final LedgerStorage storage;
  private final LedgerOutput output;
  private final LedgerTally tally;
  private final DuplicateFilter duplicates;
  private final TraceAssessor assessor;
  private final long slowMicros;
  private final FactWriter out = new FactWriter();

  /** Traces that have changed since the last commit. */
  private final Map<TraceIdentity, FollowedTrace> changed = new HashMap<>();

  private long historiesWrittenMs;

  FollowedTraces(
      LedgerConfig config,
      TraceRules rules,
      EventSource events,
      LedgerStorage storage,
      LedgerOutput output,
      LedgerTally tally,
      DuplicateFilter duplicates,
      ObservedClock clock) {
    this.config = config;
    this.events = events;
    this.storage = storage;
    this.output = output;
    this.tally = tally;
    this.duplicates = duplicates;
    this.clock = clock;
    this.historiesWrittenMs = clock.nowMs();
    slowMicros = config.kept().slowerThan().toNanos() / 1_000;
    open = new OpenTraces(storage, clock);
    retained = new RetainedTraces(config.kept(), storage, tally);
    recent =
        new RecentTraces(
            config.recent().maxEvents(),
            config.recent().maxMegabytes() << 20,
            config.recent().keep().toMillis());
    histories = new OperationHistories(config.silence());
    assessor =
        new TraceAssessor(
            config, rules.templating(), rules.judge(), histories, clock, output, tally);
  }

  /** The clock with the observed time of the last commit. */
  static ObservedClock clock(LedgerStorage storage, long nowMs, long longestStepMs) {
    byte[] observed = storage.mark(OBSERVED);
    return new ObservedClock(
        observed == null ? 0 : ByteBuffer.wrap(observed).getLong(), nowMs, longestStepMs);
  }

  /**
   * Restores the stored traces and histories.
   *
   * @param waiting receives the traces that hold ends which are not counted yet
   */
  void restore(Consumer<TraceIdentity> waiting) {
    storage.readMarks(
        HISTORY,
        (name, history) -> {
          histories.restore(name.substring(HISTORY.length()), history);
          return true;
        });
    open.restore(
        clock.nowMs(), trace -> waiting.accept(new TraceIdentity(trace.tenant, trace.traceId)));
  }

  /** Whether a trace is followed, or was recently. */
  boolean contains(long hash) {
    return open.contains(hash) || recent.isFollowed(hash);
  }

  /** Whether the limit of followed traces is reached. */
  boolean isFull() {
    return open.size() >= config.maxOpen();
  }

  /** A trace that is followed, or was recently; null when there is none. */
  @Nullable FollowedTrace find(TraceIdentity id, long hash) {
    FollowedTrace inMemory = changed.get(id);
    if (inMemory != null) {
      return inMemory;
    }
    FollowedTrace stored = open.find(id.tenant(), id.traceId(), hash);
    if (stored != null) {
      return stored;
    }
    return recent.isFollowed(hash) ? fromRecent(id, hash) : null;
  }

  /** A trace built from its recent events; an empty one when there are none. */
  FollowedTrace fromRecent(TraceIdentity id, long hash) {
    FollowedTrace trace =
        LedgerReading.join(recent.of(hash), id.tenant(), id.traceId(), events, config.limits());
    if (trace == null) {
      return new FollowedTrace(id.tenant(), id.traceId());
    }
    for (RecentTraces.Entry entry : recent.of(hash)) {
      if (!entry.whole()) {
        duplicates.add(TraceHash.ofBytes(entry.bytes()));
      }
    }
    trace.inHistory |= trace.root().begun && !trace.isOpen(); // It was a short-lived one.
    return trace;
  }

  /** Follows a trace, and writes it at the next commit. */
  void follow(TraceIdentity id, long hash, FollowedTrace trace) {
    changed.put(id, trace);
    open.add(hash);
  }

  /** Writes a trace at the next commit. */
  void change(TraceIdentity id, FollowedTrace trace) {
    changed.put(id, trace);
  }

  /** Follows a short-lived trace from now on. */
  void follow(long hash, Brief brief) {
    TraceIdentity id = new TraceIdentity(brief.tenant(), brief.traceId());
    FollowedTrace known = find(id, hash);
    FollowedTrace trace = known == null ? fromRecent(id, hash) : known;
    brief.forEach(
        record -> {
          TraceEvent whole = events.decode(record);
          if (whole == null) {
            tally.undecoded.increment();
          } else {
            duplicates.add(TraceHash.ofBytes(record));
            tally.stepsDropped.add(trace.merge(whole, record.length, config.limits()));
          }
        });
    if (!trace.isEmpty()) {
      trace.touch(brief.receivedMs(), brief.receivedAt());
      follow(id, hash, trace);
    }
  }

  /** Assesses the stored traces that are due. */
  void advance(long nowMs) {
    open.advance(nowMs, this::assessDue);
    recent.expire(nowMs);
    retained.advance(nowMs);
  }

  /** Assesses a trace, unless it has changed: then it is assessed at the commit. */
  private void assessDue(FollowedTrace trace) {
    TraceIdentity id = new TraceIdentity(trace.tenant, trace.traceId);
    if (!changed.containsKey(id)) {
      settle(id, trace, false);
    }
  }

  /** Writes the traces that have changed since the last commit. */
  void commit() {
    changed.forEach((id, trace) -> guarded(() -> settle(id, trace, true)));
    changed.clear();
  }

  /** Writes the observed time and the histories of operations. */
  void commitMarks(long nowMs) {
    if (open.size() > 0) {
      storage.putMark(
          OBSERVED, ByteBuffer.allocate(Long.BYTES).putLong(clock.observedMs()).array());
    }
    if (nowMs - historiesWrittenMs < HISTORY_INTERVAL_MS) {
      return;
    }
    historiesWrittenMs = nowMs;
    histories.write(
        new OperationHistories.Store() {
          @Override
          public void put(String operation, byte[] history) {
            storage.putMark(HISTORY + operation, history);
          }

          @Override
          public void remove(String operation) {
            storage.removeMark(HISTORY + operation);
          }
        });
  }

  /** Runs an action on one trace; its failure does not prevent the commit of the others. */
  void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      output.failed(e);
    }
  }

  /**
   * Assesses a trace, and moves it to the store or to the recent traces.
   *
   * @param hasEvents whether it has events since its last assessment
   */
  private void settle(TraceIdentity id, FollowedTrace trace, boolean hasEvents) {
    Silence.Kind silence = trace.silence.kind();
    long hash = id.hash();
    boolean isOpen = trace.isOpen();
    if (isOpen) {
      trace.endedAt = -1;
    } else {
      trace.endedAt = trace.endedAt < 0 ? clock.observedMs() : trace.endedAt;
      addToHistory(trace);
    }
    TraceAssessor.Assessment seen = assessor.assess(trace, isOpen, clock.nowMs());
    boolean isChanged = hasEvents || silence != trace.silence.kind();
    if (isChanged && output.wantsChanges() && !trace.isEmpty()) {
      output.changed(trace.snapshotWithSpans());
    }
    if (isOpen && seen.over()) {
      open.remove(trace, hash);
    } else if (isOpen || !trace.held.isEmpty() || !trace.reported.isEmpty()) {
      open.put(trace, hash, seen.dueAt(), clock.nowMs(), out);
    } else {
      end(trace, hash);
    }
  }

  private void addToHistory(FollowedTrace trace) {
    SpanFacts root = trace.root();
    if (!trace.inHistory && root.begun && root.durationMicros() >= 0) {
      trace.inHistory = true;
      histories.add(trace.tenant, root, clock.observedMs());
    }
  }

  /**
   * Moves an ended trace to the recent ones, and retains it if it failed, was slow, or was stored.
   */
  private void end(FollowedTrace trace, long hash) {
    byte[] bytes = trace.encode(Long.MAX_VALUE, out);
    recent.add(hash, bytes, 0, bytes.length, true, clock.nowMs());
    SpanFacts root = trace.root();
    boolean wasStored = trace.counted != null;
    if ((wasStored || trace.isFailed() || root.durationMicros() > slowMicros || trace.mayBeKept)
        && (trace.mayBeKept || (!trace.refused && retained.mayKeep(trace.tenant, root.service)))) {
      retained.keep(trace.key(), bytes, clock.nowMs());
    }
    open.remove(trace, hash);
  }
}
