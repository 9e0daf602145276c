package io.tracetide.client;

import java.util.Map;

/**
 * What became of the events of an emitter. Once it is flushed or closed, {@code emitted =
 * acknowledged + dropped()}.
 *
 * @param emitted events handed in by the application
 * @param acknowledged events that Kafka has on all in-sync replicas
 * @param droppedByReason events that did not reach Kafka; every reason is present
 */
public record EmitterStats(long emitted, long acknowledged, Map<DropReason, Long> droppedByReason) {

  public EmitterStats {
    droppedByReason = Map.copyOf(droppedByReason);
  }

  public long dropped() {
    return droppedByReason.values().stream().mapToLong(Long::longValue).sum();
  }

  public long dropped(DropReason reason) {
    return droppedByReason.getOrDefault(reason, 0L);
  }
}
