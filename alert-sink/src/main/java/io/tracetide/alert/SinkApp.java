package io.tracetide.alert;

import io.tracetide.alert.api.AlertsApi;
import io.tracetide.alert.api.SinkPeers;
import io.tracetide.alert.count.StateCounter;
import io.tracetide.alert.deliver.Deliverer;
import io.tracetide.alert.deliver.DeliveryEnvironment;
import io.tracetide.alert.deliver.DeliveryPlan;
import io.tracetide.alert.deliver.ReceiverStatus;
import io.tracetide.alert.history.OutcomeHistory;
import io.tracetide.alert.history.OutcomeReader;
import io.tracetide.alert.memory.DeliveryStates;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.reload.ConfigReload;
import io.tracetide.alert.topology.AlertBook;
import io.tracetide.alert.topology.AlertTopology;
import io.tracetide.alert.topology.DecisionProgress;
import io.tracetide.alert.topology.InputLog;
import io.tracetide.alert.topology.KafkaInputLog;
import io.tracetide.alert.topology.SinkFailurePolicy;
import io.tracetide.alert.topology.StreamsAlertBook;
import io.tracetide.alert.topology.SuspensionWatch;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.health.HealthStatus;
import io.tracetide.runtime.http.Admission;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.http.tls.TlsConfig;
import io.tracetide.runtime.http.tls.TlsFiles;
import io.tracetide.runtime.kafka.audit.RoleAudit;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.runtime.kafka.feedback.FeedbackReader;
import io.tracetide.runtime.kafka.role.StreamsApp;
import io.tracetide.runtime.kafka.role.StreamsRole;
import io.tracetide.runtime.kafka.streams.SupervisedStreams;
import io.tracetide.runtime.kafka.table.TopicReader;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.meter.RoleMeters;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.size.BoundedProducer;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alert sink: the Streams application that decides, the deliverer, and the listener with the
 * API.
 */
public final class SinkApp extends StreamsApp {
  private static final int REMEMBERED_OUTCOMES = 200;
  private static final Duration CLOSE_PRODUCER = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(SinkApp.class);

  private SinkApp(StreamsRole role, Listener listener, SupervisedStreams streams) {
    super(role, listener, streams);
  }

  /**
   * Starts the sink. It is ready when its partitions are assigned and restored and notifications
   * are read; until then requests for alerts get 503. The topics must exist.
   *
   * @throws io.tracetide.runtime.http.PortInUseException when the listener's port is taken
   */
  public static SinkApp start(
      SinkConfig config, KafkaConfig kafka, RegistryConfig registry, Clock clock) {
    SinkSections sections = new SinkSections(config, kafka, registry);
    return start(sections, () -> sections, clock);
  }

  /**
   * The same with a configuration that can change while the sink runs.
   *
   * @param sections configuration of the start
   * @param source reads it again; throws if it cannot be used
   */
  public static SinkApp start(SinkSections sections, Supplier<SinkSections> source, Clock clock) {
    LOG.info("alert sink starting version={}", BuildVersion.text());
    return Closers.start(closers -> start(sections, source, clock, closers));
  }

  private static SinkApp start(
      SinkSections sections, Supplier<SinkSections> source, Clock clock, Closers closers) {
    SinkConfig config = sections.sink();
    KafkaConfig kafka = sections.kafka();
    SinkReload configuration = new SinkReload(sections);
    KafkaSettings settings = new KafkaSettings(config, kafka);
    StreamsRole role =
        StreamsRole.open(
            "sink",
            kafka,
            sections.registry(),
            clock,
            closers,
            RoleMeters.create(SinkMetrics.HELP));
    SinkMetrics metrics = new SinkMetrics(role.meters());

    Properties streamsSettings = settings.streams().toProperties();
    streamsSettings.put(SinkFailurePolicy.METRICS, metrics);
    DecisionProgress progress = new DecisionProgress();
    AlertTopology topology =
        new AlertTopology(
            role.registry(), configuration::routing, progress, metrics, streamsSettings);
    SupervisedStreams streams =
        role.build(
            streamsSettings,
            () -> new KafkaStreams(topology.get(), streamsSettings, new SinkClients()),
            running -> {});

    Deliverer deliverer =
        deliverer(
            config.toDeliveryPlan(configuration.alerting()), settings, role, kafka, metrics, clock);
    RoleAudit audit = role.audit(settings.outcomes());
    audit.started("default", config.applicationId(), config, kafka, sections.registry());
    ConfigReload<?> reload = configuration.start(source, deliverer, metrics, audit, clock, closers);

    Producer<byte[], byte[]> inputs = new BoundedProducer(settings.inputs().toMap());
    closers.add("input-producer", () -> inputs.close(CLOSE_PRODUCER));
    AlertBook book = book(config, streams, progress, inputs);
    SinkPeers peers = closers.add("peers", new SinkPeers(book, tls(config)));
    closers.add("state-counter", StateCounter.start(book, configuration::routing, metrics, clock));
    AlertsApi api =
        new AlertsApi(
            new AlertsApi.Environment(
                book,
                inputLog(inputs, role, progress, clock),
                configuration::routing,
                configuration::resolveTimeout,
                deliverer::statuses,
                history(settings, role),
                feedback(settings, role),
                new AvroDecoder<>(role.registry(), Anomaly.class),
                metrics,
                role.health(),
                clock),
            peers,
            configuration::signer,
            reload);
    Listener listener = listener(config.listener(), role, audit, api, clock);
    role.start(streams);
    return new SinkApp(role, listener, streams);
  }

  private static Listener listener(
      ListenerConfig config, StreamsRole role, RoleAudit audit, AlertsApi api, Clock clock) {
    return role.closers()
        .add(
            "listener",
            Listener.start(
                config,
                new Admission(AlertsApi::access, false, clock, audit::access),
                role.health(),
                role.meters(),
                api::routes));
  }

  private static Deliverer deliverer(
      DeliveryPlan plan,
      KafkaSettings settings,
      StreamsRole role,
      KafkaConfig kafka,
      SinkMetrics metrics,
      Clock clock) {
    Producer<byte[], byte[]> producer = new BoundedProducer(settings.outcomes().toMap());
    role.closers().add("outcome-producer", () -> producer.close(CLOSE_PRODUCER));
    DeliveryStates states = new DeliveryStates(producer);
    // Another instance writes the state of a delivery before it commits the offset and releases the
    // partition, so its deliveries are known after catching up.
    TopicReader stateReader =
        role.closers()
            .add(
                "delivery-state",
                TopicReader.start(
                    Topics.DELIVERY_STATE,
                    () -> role.client(() -> SinkClients.consumer(settings.states().toMap())),
                    states::read,
                    () -> {}));
    Deliverer deliverer =
        role.closers()
            .add(
                "deliverer",
                Deliverer.start(
                    plan,
                    new DeliveryEnvironment(
                        group ->
                            role.client(
                                () -> SinkClients.consumer(settings.delivering(group).toMap())),
                        producer,
                        role.registry(),
                        states,
                        stateReader::catchUp,
                        kafka,
                        metrics,
                        clock)));
    role.health().register("deliverer", () -> status(deliverer));
    return deliverer;
  }

  private static OutcomeHistory history(KafkaSettings settings, StreamsRole role) {
    OutcomeHistory history = new OutcomeHistory(REMEMBERED_OUTCOMES);
    role.closers()
        .add(
            "outcome-history",
            OutcomeReader.start(
                () -> role.client(() -> SinkClients.consumer(settings.history().toMap())),
                new AvroDecoder<>(role.registry(), NotificationOutcome.class),
                history));
    return history;
  }

  private static InputLog inputLog(
      Producer<byte[], byte[]> inputs, StreamsRole role, DecisionProgress progress, Clock clock) {
    return new KafkaInputLog(
        inputs,
        role.registry(),
        progress,
        role.closers().add("suspensions", SuspensionWatch.start(clock)));
  }

  private static FeedbackBook feedback(KafkaSettings settings, StreamsRole role) {
    FeedbackBook book = FeedbackBook.loading();
    role.closers()
        .add(
            "feedback",
            FeedbackReader.start(
                () -> role.client(() -> SinkClients.consumer(settings.feedback().toMap())),
                role.registry(),
                book));
    return book;
  }

  private static AlertBook book(
      SinkConfig config,
      SupervisedStreams streams,
      DecisionProgress progress,
      Producer<byte[], byte[]> producer) {
    return new StreamsAlertBook(
        streams::current,
        progress,
        () -> producer.partitionsFor(Topics.ALERT_INPUTS).size(),
        config.advertisedAddress().isEmpty()
            ? null
            : HostInfo.buildFromEndpoint(config.advertisedAddress()));
  }

  /** Files with which this instance connects to the others, where their listeners have TLS. */
  private static Optional<TlsFiles> tls(SinkConfig config) {
    TlsConfig tls = config.listener().tls();
    return tls.isPresent() ? Optional.of(TlsFiles.read(tls, tls.clientCa())) : Optional.empty();
  }

  /** A receiver that fails does not make the sink unready: the others are still notified. */
  private static HealthStatus status(Deliverer deliverer) {
    return deliverer.isAlive() && deliverer.isReading()
        ? HealthStatus.up()
        : HealthStatus.down(
            deliverer.statuses().stream()
                .map(ReceiverStatus::summary)
                .collect(Collectors.joining("; ")));
  }
}
