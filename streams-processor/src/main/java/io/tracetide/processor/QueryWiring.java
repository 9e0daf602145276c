package io.tracetide.processor;

import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.processor.change.LocalChanges;
import io.tracetide.processor.exposition.LocalGauges;
import io.tracetide.processor.query.QueryServer;
import io.tracetide.processor.query.QueryViews;
import io.tracetide.processor.query.alerting.AlertForwarding;
import io.tracetide.processor.query.alerting.SinkClient;
import io.tracetide.processor.query.anomaly.AnomalySearch;
import io.tracetide.processor.query.anomaly.StoreAnomalyView;
import io.tracetide.processor.query.audit.AuditView;
import io.tracetide.processor.query.dashboard.StatusRules;
import io.tracetide.processor.query.docs.DocsRoutes;
import io.tracetide.processor.query.http.AboutRoute;
import io.tracetide.processor.query.live.LiveHub;
import io.tracetide.processor.query.live.LiveMetrics;
import io.tracetide.processor.query.live.http.LiveRoutes;
import io.tracetide.processor.query.live.source.GroupChanges;
import io.tracetide.processor.query.live.view.LiveViews;
import io.tracetide.processor.query.peer.LocalStores;
import io.tracetide.processor.query.peer.PartitionOwners;
import io.tracetide.processor.query.peer.PeerGroup;
import io.tracetide.processor.query.peer.StreamsOwners;
import io.tracetide.processor.query.store.KafkaStreamsLedgers;
import io.tracetide.processor.query.store.KafkaStreamsPartitions;
import io.tracetide.processor.query.store.LateBound;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.trace.TraceSearch;
import io.tracetide.processor.query.window.Analytics;
import io.tracetide.processor.query.window.stored.StoreWindowView;
import io.tracetide.processor.topology.TraceTopology;
import io.tracetide.processor.topology.ledger.OpenLedgers;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Access;
import io.tracetide.runtime.http.Reloads;
import io.tracetide.runtime.http.tls.TlsFiles;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/**
 * The query server over the stores of this instance and of its peers. Queries get 503 until {@link
 * #bind} sets the Streams application.
 */
final class QueryWiring {

  private final LateBound<StorePartitions> partitions = new LateBound<>();
  private final LateBound<PartitionOwners> owners = new LateBound<>();
  private final LateBound<LedgerPartitions> ledgerPartitions = new LateBound<>();
  private final LateBound<PartitionOwners> ledgerOwners = new LateBound<>();
  private final LateBound<LocalStatus> status = new LateBound<>();
  private final OpenPartitions open;
  private final OpenLedgers ledgers;
  private final ProcessorConfig config;
  private final PeerGroup peers;
  private final LocalChanges changes;
  private final MeterRegistry meters;
  private final AuditView audit;
  private final Closers closers;
  private @Nullable LiveHub live;

  QueryWiring(
      ProcessorConfig config,
      LocalChanges changes,
      OpenPartitions open,
      OpenLedgers ledgers,
      SchemaRegistry registry,
      MeterRegistry meters,
      AuditView audit,
      Closers closers) {
    this.config = config;
    this.changes = changes;
    this.meters = meters;
    this.audit = audit;
    this.closers = closers;
    this.open = open;
    this.ledgers = ledgers;
    LocalStores local =
        new LocalStores(
            () -> partitions.get().holdings(),
            held -> new StoreWindowView(held, config.windows().tiers()),
            StoreAnomalyView::new,
            config.windows().tiers(),
            () -> ledgerPartitions.get().held(),
            () -> status.get().get());
    peers =
        closers.add(
            "peers",
            new PeerGroup(
                config.query().peers(),
                local,
                () -> owners.get().owners(),
                () -> ledgerOwners.get().owners(),
                registry,
                peerTls(config, closers),
                meters));
  }

  /** The certificate of the listener, with the reload interval of the listener, for peers. */
  private static Optional<TlsFiles> peerTls(ProcessorConfig config, Closers closers) {
    if (!config.listener().tls().isPresent()) {
      return Optional.empty();
    }
    TlsFiles tls =
        TlsFiles.read(config.listener().tls(), config.query().peers().trustedCertificates());
    closers.add("peer-reloads", new Reloads(config.listener().reloadInterval())).each(tls::reload);
    return Optional.of(tls);
  }

  /** The routes of queries, the dashboard, alerts, and requests of peers. */
  Consumer<ServerBuilder> routes(Clock clock) {
    WindowTier base = config.windows().tiers().get(0);
    TraceRetention retention =
        new TraceRetention(config.ledger().recent().keep(), config.ledger().kept().keep());
    CursorSeal cursors = CursorSeal.of(config.query().peers().token());
    LiveViews views =
        new LiveViews(
            new Analytics(peers.windows(), config.query().maxPoints(), clock),
            new AnomalySearch(peers.anomalies()),
            ledger()
                .map(
                    view ->
                        new TraceSearch(
                            view, config.query().peers().maxAnswerBytes(), retention, cursors)),
            cursors,
            config.windows().tiers());
    LiveHub hub =
        new LiveHub(
            config.query().live(),
            views,
            new GroupChanges(changes, open, base, peers.changes()),
            new LiveMetrics(meters),
            clock);
    live = closers.add("live", hub);
    Consumer<ServerBuilder> queries =
        new QueryServer(
            config.query(),
            new QueryViews(
                peers.windows(),
                peers.anomalies(),
                peers.detection(),
                ledger(),
                audit,
                peers.instances()),
            config.windows().tiers(),
            config.slo(),
            config.contracts(),
            StatusRules.withWarmUp(config.detection().bandWindows()),
            retention,
            clock);
    return queries
        .andThen(new AboutRoute(config.dashboard(), config.advertisedAddress(), clock))
        .andThen(alerts(clock))
        .andThen(new LiveRoutes(hub, config.listener().cors()))
        .andThen(peers);
  }

  /** The API of the alert sink, when its address is configured. */
  private Consumer<ServerBuilder> alerts(Clock clock) {
    if (config.dashboard().alertsUrl().isEmpty()) {
      return server -> {};
    }
    return new AlertForwarding(
        closers.add(
            "alert-sink-client",
            new SinkClient(config.dashboard(), config.listener().tls(), clock)));
  }

  private Optional<LedgerView> ledger() {
    return config.ledger().enabled() ? Optional.of(peers.ledger()) : Optional.empty();
  }

  /** Ends live queries, whose connections the listener would wait for. */
  void endLive() {
    LiveHub hub = live;
    if (hub != null) {
      hub.close();
    }
  }

  /** The access that each route requires, if the listener has tokens. */
  static Access access(String method, String route) {
    if (route.startsWith("/internal/")) {
      return Access.INSTANCE;
    }
    if (route.startsWith(LiveRoutes.SOCKET)) {
      return Access.READ; // Over HTTP/2, a WebSocket is opened with CONNECT.
    }
    if (route.equals("/") || route.equals(DocsRoutes.PAGE)) {
      return Access.PAGE;
    }
    if (route.startsWith("/dashboard/")) {
      return Access.OPEN; // Static files of the page.
    }
    boolean reads = method.equals("GET") || method.equals("HEAD");
    if (route.startsWith(AlertForwarding.PREFIX + "/")) {
      return reads ? Access.READ : Access.ACT;
    }
    if (route.startsWith("/api/v1/")) {
      return Access.READ; // Queries, also those that are posted as a form.
    }
    return reads ? Access.READ : Access.WRITE;
  }

  /** Sets the Streams application, which is about to start. */
  void bind(KafkaStreams running, HostInfo self, RestoreProgress progress, LocalGauges gauges) {
    partitions.set(
        new KafkaStreamsPartitions(running, self, TraceTopology.WINDOW_PARTIALS, open, progress));
    owners.set(StreamsOwners.ofRepartition(running, self, TraceTopology.WINDOW_PARTIALS));
    ledgerPartitions.set(new KafkaStreamsLedgers(running, Topics.TRACES, ledgers::of, progress));
    ledgerOwners.set(StreamsOwners.ofInput(running, self, Topics.TRACES));
    status.set(
        new LocalStatus(
            StreamsOwners.authority(self), config, owners.get(), ledgerOwners.get(), gauges));
  }
}
