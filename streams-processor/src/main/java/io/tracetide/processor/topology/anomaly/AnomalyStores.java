package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.topology.window.WindowStores;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** The state stores of detection, rules and breaches of traces. */
public final class AnomalyStores {

  /** Anomalies by id, open and resolved; all three processors write it, queries read it. */
  public static final String ANOMALIES = "anomalies";

  /** Subjects that are not quiet; all three processors write it, under prefixes of their own. */
  public static final String EPISODES = "episodes";

  /**
   * What the detector saw of each series in each window, 20 bytes. It is all that the detector
   * remembers, so one scan restores it; snapshots of its state, of 10 KB a series, would have to be
   * written whole at every window, and forests are of 0.8 MB.
   */
  public static final String FEATURES = "detector-features";

  private AnomalyStores() {}

  /** Names of the stores of {@link DetectAnomalies}. */
  public static String[] ofDetection() {
    return new String[] {FEATURES, EPISODES, ANOMALIES};
  }

  /** Names of the stores of {@link EvaluateRules}. */
  public static String[] ofRules() {
    return new String[] {EPISODES, ANOMALIES};
  }

  /** Names of the stores of {@link RaiseTraceAnomalies}. */
  public static String[] ofTraces() {
    return new String[] {EPISODES, ANOMALIES};
  }

  /** Store of {@link #FEATURES}, kept as windows are. */
  public static StoreBuilder<WindowStore<Bytes, byte[]>> features(
      DetectionConfig config, Duration window) {
    return WindowStores.windows(FEATURES, window.multipliedBy(config.memory() + 1L), window);
  }

  /** Store of {@link #EPISODES}. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> episodes() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(EPISODES), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Store of {@link #ANOMALIES}. */
  public static StoreBuilder<KeyValueStore<String, Anomaly>> anomalies(SchemaRegistry registry) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(ANOMALIES),
            Serdes.String(),
            AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class))
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }
}
