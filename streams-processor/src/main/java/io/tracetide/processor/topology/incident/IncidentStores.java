package io.tracetide.processor.topology.incident;

import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The state stores of {@link LinkIncidents}. */
public final class IncidentStores {

  /**
   * Published anomalies by id, open and resolved, in the partition of their tenant; read by
   * queries. Those that builds before incidents published are in the partition of their service.
   */
  public static final String ANOMALIES = "anomalies";

  /** Calls between operations, by tenant. */
  public static final String CALLS = "calls";

  /** Open anomalies that are not published because of feedback, by id. */
  public static final String SUPPRESSED = "suppressed-anomalies";

  private IncidentStores() {}

  /** Names of the stores of {@link LinkIncidents}. */
  public static String[] names() {
    return new String[] {ANOMALIES, CALLS, SUPPRESSED};
  }

  /** Store of {@link #ANOMALIES}. */
  public static StoreBuilder<KeyValueStore<String, Anomaly>> anomalies(SchemaRegistry registry) {
    return anomalies(ANOMALIES, registry);
  }

  /** Store of {@link #SUPPRESSED}. */
  public static StoreBuilder<KeyValueStore<String, Anomaly>> suppressed(SchemaRegistry registry) {
    return anomalies(SUPPRESSED, registry);
  }

  private static StoreBuilder<KeyValueStore<String, Anomaly>> anomalies(
      String name, SchemaRegistry registry) {
    return store(name, Serdes.String(), AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class));
  }

  /** Store of {@link #CALLS}. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> calls() {
    return store(CALLS, Serdes.Bytes(), Serdes.ByteArray());
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values)
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }
}
