package io.tracetide.processor.query.peer;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.detection.DetectionView;
import io.tracetide.processor.query.instance.InstanceView;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.runtime.http.tls.TlsFiles;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The instances of one application: views over the partitions of all of them, and the routes of
 * their requests to each other.
 *
 * <p>Such a view returns each partition that it reads entirely and once. Hosts whose partitions
 * could not be read are listed, and nothing of those partitions is in the result; a host that does
 * not respond in time, or with messages of another version, is such a host.
 */
public final class PeerGroup implements Consumer<ServerBuilder>, AutoCloseable {
  private final PeerClient client;
  private final PeerServer server;
  private final WindowView windows;
  private final AnomalyView anomalies;
  private final DetectionView detection;
  private final InstanceView instances;
  private final LedgerView ledger;
  private final PeerChanges changes;

  /**
   * The group of which this instance holds some partitions.
   *
   * @param local the state of this instance
   * @param owners hosts of the partitions of windows and anomalies
   * @param ledgerOwners hosts of the partitions of the ledger
   * @param tls of the connections between instances; empty when their listeners have none
   */
  public PeerGroup(
      PeerConfig config,
      LocalStores local,
      PartitionOwners owners,
      PartitionOwners ledgerOwners,
      SchemaRegistry registry,
      Optional<TlsFiles> tls,
      MeterRegistry meters) {
    AnomalyFormat format = AnomalyFormat.of(registry);
    this.client = new PeerClient(config, tls);
    Peers peers = new Peers(client, new PeerWarnings(System::nanoTime), new PeerMetrics(meters));
    this.server = new PeerServer(config, local, format);
    this.windows = new PeerGroupWindowView(local, owners, peers);
    this.anomalies = new PeerGroupAnomalyView(local, owners, peers, format);
    this.detection = new PeerGroupDetectionView(local, owners, peers);
    this.instances =
        new PeerGroupInstanceView(local.status(), List.of(owners, ledgerOwners), peers);
    this.ledger = new PeerGroupLedgerView(local.ledgers(), ledgerOwners, peers);
    this.changes = new PeerChanges(client, owners, ledgerOwners, format);
  }

  /** Windows of all instances. */
  public WindowView windows() {
    return windows;
  }

  /** Anomalies of all instances. */
  public AnomalyView anomalies() {
    return anomalies;
  }

  /** Progress of the detectors of all instances. */
  public DetectionView detection() {
    return detection;
  }

  /** The status of all instances. */
  public InstanceView instances() {
    return instances;
  }

  /** Traces of all instances. */
  public LedgerView ledger() {
    return ledger;
  }

  /** Changes of the other instances, and those sent to them. */
  public PeerChanges changes() {
    return changes;
  }

  /** Adds the routes for requests of other instances. */
  @Override
  public void accept(ServerBuilder builder) {
    server.accept(builder);
    changes.server().accept(builder);
  }

  @Override
  public void close() {
    client.close();
  }

  /** Whether the request that this thread serves was cancelled or has timed out. */
  static boolean isCancelled() {
    @Nullable ServiceRequestContext context = ServiceRequestContext.currentOrNull();
    return context != null && (context.isCancelled() || context.isTimedOut());
  }
}
