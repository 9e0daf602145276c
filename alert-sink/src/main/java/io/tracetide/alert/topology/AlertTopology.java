package io.tracetide.alert.topology;

import static org.apache.kafka.common.serialization.Serdes.ByteArray;

import io.tracetide.alert.contract.AlertEntryWriter;
import io.tracetide.alert.decision.Routes;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.util.Properties;
import java.util.function.Supplier;
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
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Decides which receivers are notified of which alerts.
 *
 * <pre>
 * anomalies ──▶ validate ──▶ decide ──▶ notifications
 *                  │           │
 *                  │           ├─ store alerts, by fingerprint
 *                  │           └──▶ record-alerts ──▶ audit-entries
 *                  └──▶ notifications-dead-letter
 * </pre>
 */
public final class AlertTopology implements Supplier<Topology> {

  /** State of every alert, by fingerprint. */
  public static final String ALERTS_STORE = "alerts";

  /**
   * Largest anomaly in bytes; a usual one has about 1 kB. Its notification, twice its size, must
   * fit into a record.
   */
  public static final int MAX_ANOMALY_BYTES = 256 << 10;

  private final SchemaRegistry registry;
  private final Routes routes;
  private final SinkMetrics metrics;
  private final Properties settings;

  public AlertTopology(
      SchemaRegistry registry, Routes routes, SinkMetrics metrics, Properties settings) {
    this.registry = registry;
    this.routes = routes;
    this.metrics = metrics;
    this.settings = settings;
  }

  @Override
  public Topology get() {
    StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(settings)));
    AvroDecoder<Anomaly> decoder = new AvroDecoder<>(registry, Anomaly.class);
    builder.addStateStore(alertsStore());

    // Read as bytes, so that malformed records can be dead-lettered. Decisions depend on episode
    // and revision, never on time.
    KStream<byte[], ValidatedAnomaly> validated =
        builder.stream(
                Topics.ANOMALIES,
                Consumed.with(ByteArray(), ByteArray())
                    .withName("anomalies")
                    .withTimestampExtractor(new WallclockTimestampExtractor()))
            .process(() -> new ValidateAnomalies(decoder, metrics), Named.as("validate"));

    // Malformed records go to a dead-letter topic.
    validated
        .flatMapValues(ValidatedAnomaly::malformed, Named.as("poison"))
        .to(
            Topics.NOTIFICATIONS_DEAD_LETTER,
            Produced.with(ByteArray(), ByteArray()).withName("notifications-dead-letter"));

    // One state machine per alert; its state and its notifications are committed together.
    KStream<String, Notification> decided =
        validated
            .flatMapValues(ValidatedAnomaly::anomalies, Named.as("accepted"))
            .process(() -> new DecideAlerts(routes, metrics), Named.as("decide"), ALERTS_STORE);
    decided.to(
        Topics.NOTIFICATIONS,
        Produced.with(Serdes.String(), notificationSerde()).withName("notifications"));

    // Audit entries of the notifications, in the same commit.
    decided
        .mapValues(AlertEntryWriter::entry, Named.as("record-alerts"))
        .selectKey((key, entry) -> entry.getTenantId(), Named.as("by-tenant"))
        .to(
            Topics.AUDIT_ENTRIES,
            Produced.with(
                    Serdes.String(), AvroSerde.of(registry, Topics.AUDIT_ENTRIES, AuditEntry.class))
                .withName("audit-entries"));

    return builder.build(settings);
  }

  private AvroSerde<Notification> notificationSerde() {
    return AvroSerde.of(registry, Topics.NOTIFICATIONS, Notification.class);
  }

  private StoreBuilder<KeyValueStore<String, StoredAlert>> alertsStore() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(ALERTS_STORE),
        Serdes.String(),
        new StoredAlertSerde(registry));
  }
}
