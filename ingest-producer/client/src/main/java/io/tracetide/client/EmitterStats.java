package io.tracetide.client;

import java.util.Map;

/**
 * Counts of an emitter's events: {@code emitted = acknowledged + dropped() + pending()}. Nothing is
 * pending after a successful flush or a close.
 *
 * @param emitted events of the application
 * @param acknowledged events on all in-sync replicas
 * @param droppedByReason events that did not reach Kafka; every reason is present
 * @param unsampled spans that were not sampled; they are not in {@code emitted}
 */
public record EmitterStats(
    long emitted, long acknowledged, Map<DropReason, Long> droppedByReason, long unsampled) {

  public EmitterStats {
    droppedByReason = Map.copyOf(droppedByReason);
  }

  public long dropped() {
    return droppedByReason.values().stream().mapToLong(Long::longValue).sum();
  }

  public long dropped(DropReason reason) {
    return droppedByReason.getOrDefault(reason, 0L);
  }

  /** Events that are queued or not acknowledged yet. */
  public long pending() {
    return emitted - acknowledged - dropped();
  }
}
