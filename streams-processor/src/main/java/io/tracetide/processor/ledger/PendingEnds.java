package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.processor.ledger.follow.SpanFacts;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.mapping.DurationLimit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Span ends without a duration that arrived before the start of their span, and wait for it. */
final class PendingEnds {

  private final Duration orderWait;
  private final EventSource events;
  private final DuplicateFilter spans;
  private final TraceView released = new TraceView();
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** A trace with a waiting end, and the wall-clock time until which it waits. */
  private record Waiting(TraceIdentity key, long untilMs) {}

  PendingEnds(Duration orderWait, EventSource events, DuplicateFilter spans) {
    this.orderWait = orderWait;
    this.events = events;
    this.spans = spans;
  }

  int size() {
    return waiting.size();
  }

  /** Starts the waiting time of the ends that a trace holds. */
  void await(TraceIdentity key, long nowMs) {
    waiting.add(new Waiting(key, nowMs + orderWait.toMillis()));
  }

  /** Holds an end until its start arrives; false when it cannot be held. */
  boolean hold(FollowedTrace trace, TraceIdentity key, byte[] record, long nowMs) {
    if (orderWait.isZero()) {
      return false;
    }
    byte[] masked = events.masked(record);
    if (masked == null || !trace.hold(masked)) {
      return false;
    }
    await(key, nowMs);
    return true;
  }

  /** Removes and returns the next trace whose waiting time has passed; null when there is none. */
  @Nullable TraceIdentity nextExpired(long nowMs) {
    Waiting first = waiting.peek();
    if (first == null || first.untilMs() > nowMs) {
      return null;
    }
    waiting.remove();
    return first.key();
  }

  /** Counts the waiting ends of a span that has started; false when there were none. */
  boolean release(FollowedTrace trace, long spanHash) {
    if (trace.held.isEmpty()) {
      return false;
    }
    List<byte[]> left = new ArrayList<>();
    for (byte[] record : trace.held) {
      TraceEvent end = events.decode(record);
      SpanFacts span = end == null ? null : trace.span(end);
      if (end != null && span != null && SpanFacts.hash(end) == spanHash) {
        events.read(record, released);
        setDuration(released, span);
        spans.count(released);
      } else {
        left.add(record);
      }
    }
    boolean any = left.size() < trace.held.size();
    trace.held = left;
    return any;
  }

  /**
   * Counts all held ends of a trace without a duration.
   *
   * @return number of ends
   */
  int releaseAll(FollowedTrace trace) {
    int count = trace.held.size();
    for (byte[] record : trace.held) {
      events.read(record, released);
      spans.count(released);
    }
    trace.held = new ArrayList<>();
    return count;
  }

  /**
   * Replaces a waiting end of the same span, if the new one reports more.
   *
   * @param once whether the span ends once, whatever the time of its end
   * @return false when no end of that span is waiting
   */
  boolean replace(
      FollowedTrace trace, TraceEvent whole, TraceView event, boolean once, byte[] record) {
    for (int i = 0; i < trace.held.size(); i++) {
      TraceEvent waits = events.decode(trace.held.get(i));
      if (waits != null
          && SpanFacts.hash(waits) == SpanFacts.hash(whole)
          && (once || waits.getTimestamp().equals(whole.getTimestamp()))) {
        replace(trace, i, waits.getStatus() == TraceStatus.FAILED, event, record);
        return true;
      }
    }
    return false;
  }

  private void replace(
      FollowedTrace trace, int index, boolean failed, TraceView event, byte[] record) {
    if (event.hasDuration()) {
      trace.held.remove(index);
      if (failed) {
        event.setFailed();
      }
      spans.count(event);
    } else if (event.isFailed() && !failed) {
      byte[] masked = events.masked(record);
      if (masked != null) {
        trace.held.set(index, masked);
      }
    }
  }

  static void setDuration(TraceView event, SpanFacts span) {
    long micros = event.timestampMicros() - span.startedAtMicros;
    if (DurationLimit.allows(micros)) {
      event.setDurationMicros(micros);
    }
  }
}
