package io.tracetide.processor.query.peer;

import io.micrometer.core.instrument.MeterRegistry;

/**
 * Meters of what instances ask each other.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>tags</th><th>meaning; when to alert</th></tr>
 * <tr><td>tracetide.processor.peer.partitions</td><td>outcome</td><td>partitions asked of other instances; alert on any lasting rate of an outcome other than {@code answered}: answers are partial</td></tr>
 * </table>
 */
final class PeerMetrics {
  private static final String PARTITIONS = "tracetide.processor.peer.partitions";

  private final MeterRegistry registry;

  PeerMetrics(MeterRegistry registry) {
    this.registry = registry;
    answered(0);
    for (PeerFailure failure : PeerFailure.values()) {
      registry.counter(PARTITIONS, "outcome", failure.label());
    }
  }

  void answered(int partitions) {
    registry.counter(PARTITIONS, "outcome", "answered").increment(partitions);
  }

  void failed(PeerFailure failure) {
    registry.counter(PARTITIONS, "outcome", failure.label()).increment();
  }
}
