package io.tracetide.processor.topology;

import io.tracetide.processor.event.TraceView;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends events to the partition that the id of their trace leads to, whatever their key was, so
 * that one task hears all of a trace. Most are there already.
 */
final class TracePlacement implements Validate.Placement<TraceView> {

  private final LedgerWiring ledger;
  private final String child;
  private final TraceView away = new TraceView();

  /**
   * Places events where the ledger wants them.
   *
   * @param child takes those that go elsewhere
   */
  TracePlacement(LedgerWiring ledger, String child) {
    this.ledger = ledger;
    this.child = child;
  }

  @Override
  public boolean sendsAway(TraceView event, ProcessorContext<byte[], TraceView> context) {
    int partitions = ledger.config().enabled() ? ledger.input().partitions() : 0;
    if (partitions <= 1
        || event.partition(partitions) == context.taskId().partition()
        || (event.isCompleted() && event.hasDuration() && !ledger.config().routeFinished())) {
      return false;
    }
    away.startOn(event.copyRecord());
    context.forward(
        new Record<>(event.copyTraceId(), away, Math.max(0, event.timestampMs())), child);
    return true;
  }
}
