package io.tracetide.processor.query.peer;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.query.trace.LedgerView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A group of one instance, which holds all partitions of the ledger. */
public final class LocalLedgers {
  /** Sends no requests: there is no other instance. */
  private static final PeerClient CLIENT = new PeerClient(PeerConfig.defaults(), Optional.empty());

  private LocalLedgers() {}

  public static LedgerView view(List<? extends LedgerPartition> partitions) {
    TreeMap<Integer, LedgerPartition> held = new TreeMap<>();
    partitions.forEach(partition -> held.put(held.size(), partition));
    return new PeerGroupLedgerView(
        () -> held,
        () -> new PartitionOwners.Owners("here", held.size(), Map.of()),
        new Peers(
            CLIENT,
            new PeerWarnings(System::nanoTime),
            new PeerMetrics(new SimpleMeterRegistry())));
  }
}
