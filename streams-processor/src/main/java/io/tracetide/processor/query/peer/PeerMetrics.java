package io.tracetide.processor.query.peer;

import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.processor.query.peer.message.PeerFailure;
import java.util.Map;

/** Meters of requests between instances, described in {@link #HELP} and in the README. */
public final class PeerMetrics {
  private static final String PARTITIONS = "tracetide.processor.peer.partitions";

  /** What each meter means, by its name. */
  public static final Map<String, String> HELP =
      Map.of(PARTITIONS, "Partitions requested from other instances, by outcome");

  private final MeterRegistry registry;

  public PeerMetrics(MeterRegistry registry) {
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
