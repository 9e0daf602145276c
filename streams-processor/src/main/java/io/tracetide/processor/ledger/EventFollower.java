package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.processor.ledger.follow.SpanFacts;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerTally;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.processor.ledger.trace.SpanMeasurement;
import io.tracetide.processor.ledger.trace.TraceMeter;
import io.tracetide.schemas.TraceEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Merges events into the followed traces, and counts the spans and measurements that are new. */
final class EventFollower {

  final PendingEnds pending;
  private final LedgerConfig config;
  private final TraceMeter meter;
  private final FastPathFilter filter;
  private final EventSource events;
  private final FollowedTraces traces;
  private final DuplicateFilter duplicates;
  private final LedgerOutput output;
  private final LedgerTally tally;

  /** State of a span before an event. */
  private record Before(boolean begun, @Nullable SpanEnd end, long durationMicros) {

    private static final Before NOTHING = new Before(false, null, -1);

    static Before of(@Nullable SpanFacts span) {
      return span == null ? NOTHING : new Before(span.begun, span.end, span.durationMicros());
    }
  }

  EventFollower(
      LedgerConfig config,
      TraceMeter meter,
      FastPathFilter filter,
      EventSource events,
      FollowedTraces traces,
      DuplicateFilter duplicates,
      LedgerOutput output,
      LedgerTally tally) {
    this.config = config;
    this.meter = meter;
    this.filter = filter;
    this.events = events;
    this.traces = traces;
    this.duplicates = duplicates;
    this.output = output;
    this.tally = tally;
    pending = new PendingEnds(config.orderWait(), events, duplicates);
  }

  /** Whether a finished span has to be judged, and the limit of followed traces permits it. */
  boolean mayBeJudged(TraceView event) {
    if (!filter.needsJudging(event)) {
      return false;
    }
    if (traces.isFull()) {
      tally.unfollowed.increment();
      return false;
    }
    return true;
  }

  /**
   * Merges an event into its trace.
   *
   * @param plain whether it is an ordinary finished span, for which no trace has to be followed
   * @return false when the trace is not followed, and the event is only to be counted
   */
  boolean follow(TraceView event, long hash, boolean plain) {
    boolean finished = event.isCompleted() && event.hasDuration();
    TraceIdentity id = new TraceIdentity(event.tenant(), event.traceId());
    FollowedTrace known = traces.find(id, hash);
    boolean toBeKept = known == null && finished && !plain && !event.hasWorkflowEvent();
    boolean refused = toBeKept && !traces.retained.mayKeep(id.tenant(), event.service());
    if (refused && !mayBeJudged(event)) {
      return false;
    }
    byte[] record = event.copyRecord();
    TraceEvent whole = events.decode(record);
    if (whole == null) {
      tally.undecoded.increment();
      return false;
    }
    if (!duplicates.add(event.recordHash())) {
      tally.duplicates.increment();
      return true;
    }
    if (known == null && !mayFollow(event, finished)) {
      return false;
    }
    FollowedTrace trace = known == null ? traces.fromRecent(id, hash) : known;
    trace.mayBeKept |= toBeKept && !refused;
    trace.refused |= refused;
    Before before = Before.of(trace.span(whole));
    merge(event, whole, record.length, trace);
    trace.touch(traces.clock.nowMs(), traces.clock.observedMs());
    traces.follow(id, hash, trace);
    if (event.isCompleted()) {
      if (duplicates.isFirst(event, event.spanHash(), before.begun())) {
        end(event, trace, trace.span(whole), record, id);
      } else {
        endAgain(event, trace, whole, before, record);
      }
    } else {
      output.count(event);
      if (event.isStarted() && !pending.release(trace, SpanFacts.hash(whole))) {
        startAfterEnd(event, trace.span(whole), before);
      }
    }
    return true;
  }

  private void merge(TraceView event, TraceEvent whole, int recordBytes, FollowedTrace trace) {
    List<SpanMeasurement> measured = measured(event, trace);
    tally.stepsDropped.add(trace.merge(whole, recordBytes, config.limits()));
    for (SpanMeasurement added : SpanMeasurement.added(measured, measured(event, trace))) {
      output.count(trace.tenant, trace.inTime(added), event.samplingWeight());
    }
  }

  private List<SpanMeasurement> measured(TraceView event, FollowedTrace trace) {
    return event.hasWorkflowEvent() && !trace.isEmpty()
        ? meter.measure(trace.snapshot())
        : List.of();
  }

  /** Whether an unknown trace is followed from this event on. */
  private boolean mayFollow(TraceView event, boolean finished) {
    if (finished) {
      return true;
    }
    if (!event.isCompleted()
        && duplicates.contains(event.spanHash())
        && traces.recent.of(event.traceHash()).isEmpty()) {
      return false; // Its end has been counted, and the rest is no longer in memory.
    }
    if (traces.isFull()) {
      tally.unfollowed.increment();
      return false;
    }
    return true;
  }

  private void end(
      TraceView event,
      FollowedTrace trace,
      @Nullable SpanFacts span,
      byte[] record,
      TraceIdentity id) {
    if (!event.hasDuration()) {
      if (span != null && span.startedAtMicros != SpanFacts.UNKNOWN) {
        PendingEnds.setDuration(event, span);
      } else if (pending.hold(trace, id, record, traces.clock.nowMs())) {
        return;
      }
    }
    duplicates.count(event);
  }

  /**
   * A further end of a span replaces the previous one while that waits for its start; otherwise it
   * completes the counted one.
   */
  private void endAgain(
      TraceView event, FollowedTrace trace, TraceEvent whole, Before before, byte[] record) {
    boolean once = event.hasSpanId() || before.begun();
    if (pending.replace(trace, whole, event, once, record)) {
      tally.duplicates.increment();
      return;
    }
    SpanEnd known = before.end();
    long atMicros = known == null ? event.timestampMicros() : known.atMicros();
    duplicates.complete(event, before.begun(), atMicros);
  }

  /** Completes a span that was counted without a duration, because its start arrived too late. */
  private void startAfterEnd(TraceView event, @Nullable SpanFacts span, Before before) {
    SpanEnd counted = before.end();
    if (counted != null
        && span != null
        && before.durationMicros() < 0
        && span.durationMicros() >= 0
        && duplicates.lacksDuration(event)) {
      event.setDurationMicros(span.durationMicros());
      output.complete(event, counted.atMicros(), true, false);
    }
  }

  /** Counts the ends of a trace whose waiting time has passed. */
  void releaseExpired(TraceIdentity id) {
    FollowedTrace trace = traces.find(id, id.hash());
    if (trace != null && !trace.held.isEmpty()) {
      tally.startsMissed.add(pending.releaseAll(trace));
      traces.change(id, trace);
    }
  }
}
