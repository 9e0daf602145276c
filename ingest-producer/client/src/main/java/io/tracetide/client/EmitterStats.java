package io.tracetide.client;

import java.util.Map;

/**
 * What became of the events of an emitter: {@code emitted = acknowledged + dropped() + pending()},
 * and nothing is pending once it is flushed or closed.
 *
 * @param emitted events handed in by the application
 * @param acknowledged events that Kafka has on all in-sync replicas
 * @param droppedByReason events that did not reach Kafka; every reason is present
 * @param unsampled pieces of work that sampling left out; nothing of them was emitted
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

  /** Events that wait in the queue or for Kafka's answer. */
  public long pending() {
    return emitted - acknowledged - dropped();
  }
}
