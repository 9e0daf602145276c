package io.tracetide.alert.topology;

import static org.apache.kafka.common.serialization.Serdes.ByteArray;

import io.tracetide.alert.contract.AlertEntryWriter;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.route.Routing;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.TimerTick;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.state.Stores;

/**
 * Decides which receivers are notified of which alerts, and when.
 *
 * <pre>
 * anomalies ──▶ validate ──▶ route-anomalies ──▶ alert-inputs, by tenant ◀── API: alerts, commands
 *
 * alert-inputs ──▶ validate-inputs ──▶ decide ──▶ notifications
 *      ▲                                │  ├────▶ alert-commands
 *      └──────────────── ticks ─────────┘  └────▶ audit-entries
 * </pre>
 *
 * All inputs of a tenant are in one partition, because grouping and inhibition look at several
 * alerts. Malformed records of both topics go to {@code notifications-dead-letter}.
 */
public final class AlertTopology implements Supplier<Topology> {

  /** Alerts of builds without groups, by fingerprint; emptied at the first start. */
  static final String FORMER_ALERTS_STORE = "alerts";

  static final String INPUTS = Topics.ALERT_INPUTS;

  /**
   * Largest anomaly in bytes; a usual one has about 1 kB. Its notification, twice its size, must
   * fit into a record.
   */
  public static final int MAX_ANOMALY_BYTES = 256 << 10;

  private final SchemaRegistry registry;
  private final Supplier<Routing> routing;
  private final DecisionProgress progress;
  private final SinkMetrics metrics;
  private final Properties settings;

  /**
   * Describes the topology.
   *
   * @param routing supplies the current routing; another instance is a reload
   * @param progress is updated with each handled input
   */
  public AlertTopology(
      SchemaRegistry registry,
      Supplier<Routing> routing,
      DecisionProgress progress,
      SinkMetrics metrics,
      Properties settings) {
    this.registry = registry;
    this.routing = routing;
    this.progress = progress;
    this.metrics = metrics;
    this.settings = settings;
  }

  @Override
  public Topology get() {
    StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(settings)));
    addIntake(builder);
    addDecision(builder);
    return builder.build(settings);
  }

  private void addIntake(StreamsBuilder builder) {
    AvroDecoder<Anomaly> decoder = new AvroDecoder<>(registry, Anomaly.class);
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(FORMER_ALERTS_STORE), Serdes.String(), ByteArray()));

    // Read as bytes, so that malformed records can be dead-lettered.
    KStream<byte[], ValidatedAnomaly> validated =
        builder.stream(Topics.ANOMALIES, bytes("anomalies"))
            .process(() -> new ValidateAnomalies(decoder, metrics), Named.as("validate"));
    validated
        .flatMapValues(ValidatedAnomaly::malformed, Named.as("poison"))
        .to(
            Topics.NOTIFICATIONS_DEAD_LETTER,
            Produced.with(ByteArray(), ByteArray()).withName("notifications-dead-letter"));
    validated
        .flatMapValues(ValidatedAnomaly::anomalies, Named.as("accepted"))
        .process(
            () -> new RouteAnomalies(decoder), Named.as("route-anomalies"), FORMER_ALERTS_STORE)
        .to(INPUTS, records(INPUTS, AlertInput.class, "alert-inputs"));
  }

  private void addDecision(StreamsBuilder builder) {
    AvroDecoder<AlertInput> decoder = new AvroDecoder<>(registry, AlertInput.class);
    AnomalyWire wire = new AnomalyWire(registry);
    AlertStores.ALL.forEach(name -> builder.addStateStore(AlertStores.builder(name)));

    KStream<byte[], ValidatedInput> validated =
        builder.stream(INPUTS, bytes("inputs"))
            .process(() -> new ValidateInputs(decoder, wire, metrics), Named.as("validate-inputs"));
    validated
        .flatMapValues(ValidatedInput::malformed, Named.as("poison-inputs"))
        .to(
            Topics.NOTIFICATIONS_DEAD_LETTER,
            Produced.with(ByteArray(), ByteArray()).withName("inputs-dead-letter"));
    KStream<String, Decided> decided =
        validated
            .flatMapValues(ValidatedInput::inputs, Named.as("accepted-inputs"))
            .process(
                () -> new DecideAlerts(routing, wire, progress, metrics),
                Named.as("decide"),
                AlertStores.ALL.toArray(String[]::new));

    KStream<String, Notification> notifications =
        decided.flatMapValues(Decided::notifications, Named.as("decided-notifications"));
    notifications.to(
        Topics.NOTIFICATIONS, records(Topics.NOTIFICATIONS, Notification.class, "notifications"));
    KStream<String, AlertCommand> commands =
        decided.flatMapValues(Decided::commands, Named.as("decided-commands"));
    commands.to(
        Topics.ALERT_COMMANDS,
        records(Topics.ALERT_COMMANDS, AlertCommand.class, "alert-commands"));
    decided
        .flatMapValues(Decided::ticks, Named.as("decided-ticks"))
        .to(
            INPUTS,
            records(INPUTS, AlertInput.class, "ticks")
                .withStreamPartitioner((topic, key, tick, partitions) -> partition(tick)));
    audit(
        notifications
            .flatMapValues(AlertEntryWriter::entries, Named.as("record-alerts"))
            .merge(
                commands.mapValues(AlertEntryWriter::entry, Named.as("record-commands")),
                Named.as("records")));
  }

  /** Audit entries of notifications and commands, in the same commit. */
  private void audit(KStream<String, AuditEntry> entries) {
    entries
        .selectKey((key, entry) -> entry.getTenantId(), Named.as("by-tenant"))
        .to(Topics.AUDIT_ENTRIES, records(Topics.AUDIT_ENTRIES, AuditEntry.class, "audit-entries"));
  }

  /**
   * A tick is for its partition; the report of the watchdog is for that of its tenant, by the key.
   */
  private static Optional<Set<Integer>> partition(AlertInput tick) {
    return tick.getInput() instanceof TimerTick own
        ? Optional.of(Set.of(own.getPartition()))
        : Optional.empty();
  }

  /** Decisions depend on the order of the inputs and the wall clock, not on their timestamps. */
  private static Consumed<byte[], byte[]> bytes(String name) {
    return Consumed.with(ByteArray(), ByteArray())
        .withName(name)
        .withTimestampExtractor(new WallclockTimestampExtractor());
  }

  private <T extends SpecificRecord> Produced<String, T> records(
      String topic, Class<T> type, String name) {
    return Produced.with(Serdes.String(), AvroSerde.of(registry, topic, type)).withName(name);
  }
}
