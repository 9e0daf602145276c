package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.store.LedgerConfig;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Routes events to the partition of their trace id, independent of their key, so that one task gets
 * all events of a trace. Most events are in that partition already.
 */
public final class TracePlacement implements Validate.Placement<TraceView> {

  private static final String CHILD = "route-traces";

  private final LedgerConfig config;
  private final InputProgress input;

  public TracePlacement(LedgerConfig config, InputProgress input) {
    this.config = config;
    this.input = input;
  }

  @Override
  public String child() {
    return CHILD;
  }

  @Override
  public @Nullable Record<byte[], Validated<TraceView>> away(TraceView event, int partition) {
    int partitions = config.enabled() ? input.partitions() : 0;
    if (partitions <= 1
        || event.partition(partitions) == partition
        || (event.isCompleted() && event.hasDuration() && !config.routeFinished())) {
      return null;
    }
    return new Record<>(
        event.copyTraceId(),
        new Validated.RawRecord<>(event.copyRecord()),
        Math.max(0, event.timestampMs()));
  }
}
