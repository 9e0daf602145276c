package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowTier;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The state of this instance.
 *
 * @param partitions partitions of windows and anomalies that are held here
 * @param windows a view of the windows of given partitions
 * @param anomalies a view of the anomalies of given partitions
 * @param tiers tiers of the windows
 * @param ledgers partitions of the ledger that are held here
 * @param status of this instance
 */
public record LocalStores(
    StorePartitions partitions,
    Function<StorePartitions, WindowView> windows,
    Function<StorePartitions, AnomalyView> anomalies,
    List<WindowTier> tiers,
    LedgerPartitions ledgers,
    Supplier<InstanceStatus> status) {
  public LocalStores {
    tiers = List.copyOf(tiers);
  }
}
