package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.topology.intake.Validate;
import io.tracetide.processor.topology.intake.Validated;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to the partition that the id of their trace leads to, whatever their key was, so
 * that one task hears all of a trace. Most are there already.
 */
public final class TracePlacement implements Validate.Placement<TraceView> {

  private final LedgerWiring ledger;
  private final String child;

  /**
   * Places events where the ledger wants them.
   *
   * @param child takes those that go elsewhere
   */
  public TracePlacement(LedgerWiring ledger, String child) {
    this.ledger = ledger;
    this.child = child;
  }

  @Override
  public String child() {
    return child;
  }

  @Override
  public @Nullable Record<byte[], Validated<TraceView>> away(TraceView event, int partition) {
    int partitions = ledger.config().enabled() ? ledger.input().partitions() : 0;
    if (partitions <= 1
        || event.partition(partitions) == partition
        || (event.isCompleted() && event.hasDuration() && !ledger.config().routeFinished())) {
      return null;
    }
    return new Record<>(
        event.copyTraceId(),
        new Validated.AsArrived<>(event.copyRecord()),
        Math.max(0, event.timestampMs()));
  }
}
