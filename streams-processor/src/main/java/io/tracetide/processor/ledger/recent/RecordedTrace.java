package io.tracetide.processor.ledger.recent;

import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.TraceEvent;

/**
 * A trace as its recorded events tell it: the same merge as that of a followed one, but nobody
 * heard when they came, so that it is never stuck.
 */
public final class RecordedTrace {

  private final FollowedTrace trace;
  private final LedgerConfig.Limits limits;

  public RecordedTrace(String tenant, String traceId, LedgerConfig.Limits limits) {
    this.trace = new FollowedTrace(tenant, traceId);
    this.limits = limits;
  }

  public void add(TraceEvent event) {
    trace.merge(event, limits);
    trace.heardMs = Math.max(trace.heardMs, event.getTimestamp().toEpochMilli());
  }

  /**
   * What is known by now.
   *
   * @throws IllegalStateException when there was no event
   */
  public TraceSnapshot snapshot() {
    return trace.snapshot();
  }
}
