package io.tracetide.processor.query.peer;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.http.tls.TlsFiles;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All instances as one: views over the partitions of all of them, and the routes by which they ask
 * each other.
 *
 * <p>What such a view hands on is complete for each partition that it read, and each partition is
 * read once; hosts whose partitions could not be read are named, and nothing of those partitions is
 * in the answer. A host that does not answer in time, or not in our format, is such a host.
 */
public final class PeerGroup implements Consumer<ServerBuilder>, AutoCloseable {
  private final PeerClient client;
  private final PeerServer server;
  private final WindowView windows;
  private final AnomalyView anomalies;
  private final LedgerView ledger;

  /**
   * The fleet of which this instance holds some partitions.
   *
   * @param partitions what is held here
   * @param owners who holds the others
   * @param windows a view of the windows of given partitions in this process
   * @param anomalies the same for anomalies
   * @param tiers tiers that the windows are kept in
   * @param ledgers partitions of the ledger that are held here
   * @param ledgerOwners who holds the others
   * @param tls with which instances ask each other; empty when their listeners have none
   */
  public PeerGroup(
      PeerConfig config,
      StorePartitions partitions,
      PartitionOwners owners,
      Function<StorePartitions, WindowView> windows,
      Function<StorePartitions, AnomalyView> anomalies,
      List<WindowTier> tiers,
      LedgerPartitions ledgers,
      PartitionOwners ledgerOwners,
      SchemaRegistry registry,
      Optional<TlsFiles> tls,
      MeterRegistry meters) {
    AnomalyFormat format = AnomalyFormat.of(registry);
    PeerMetrics metrics = new PeerMetrics(meters);
    PeerWarnings troubles = new PeerWarnings(System::nanoTime);
    this.client = new PeerClient(config, tls);
    this.server = new PeerServer(config, partitions, windows, anomalies, tiers, format, ledgers);
    this.windows = new PeerGroupWindowView(partitions, owners, windows, client, troubles, metrics);
    this.anomalies =
        new PeerGroupAnomalyView(partitions, owners, anomalies, client, format, troubles, metrics);
    this.ledger = new PeerGroupLedgerView(ledgers, ledgerOwners, client, troubles, metrics);
  }

  /** Windows of all instances. */
  public WindowView windows() {
    return windows;
  }

  /** Anomalies of all instances. */
  public AnomalyView anomalies() {
    return anomalies;
  }

  /** Traces of all instances. */
  public LedgerView ledger() {
    return ledger;
  }

  /** Adds the routes by which other instances ask this one. */
  @Override
  public void accept(ServerBuilder builder) {
    server.accept(builder);
  }

  @Override
  public void close() {
    client.close();
  }

  /** Whether the request that is answered on this thread has been given up. */
  static boolean isGivenUp() {
    @Nullable ServiceRequestContext context = ServiceRequestContext.currentOrNull();
    return context != null && (context.isCancelled() || context.isTimedOut());
  }
}
