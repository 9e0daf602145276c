package io.tracetide.processor.ledger.recent;

import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.TraceEvent;

/**
 * A trace built from recorded events: the same merge as that of a followed one, but without times
 * of arrival, so it is never stuck.
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
    trace.receivedMs = Math.max(trace.receivedMs, event.getTimestamp().toEpochMilli());
  }

  /**
   * The trace so far.
   *
   * @throws IllegalStateException when there was no event
   */
  public TraceSnapshot snapshot() {
    return trace.snapshot();
  }
}
