package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.topology.incident.IncidentStores;
import io.tracetide.processor.topology.window.WindowStores;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** The state stores of detection, rules and breaches of traces. */
public final class AnomalyStores {

  /** Latest revisions of open anomalies by id, before they have incidents. */
  public static final String OPEN = "open-anomalies";

  /** Episodes that are not quiet; written by all detectors, each under prefixes of its own. */
  public static final String EPISODES = "episodes";

  /**
   * The rows of the learned detector, 20 bytes for each series and window. With the episodes they
   * are its whole state, so one scan restores it; snapshots of its state would be 10 KB for each
   * series and window, and models are 0.5 MB.
   */
  public static final String FEATURES = "detector-features";

  /**
   * The state of {@link DetectEvidence}: of each series 21 KiB, and 140 bytes for each of the
   * latest 64 windows. {@link SampleWindows} keeps its tenants there.
   */
  public static final String EVIDENCE = "evidence";

  private AnomalyStores() {}

  /** Names of the stores of {@link DetectEvidence}. */
  public static String[] ofEvidence() {
    return new String[] {EVIDENCE, EPISODES, OPEN, IncidentStores.ANOMALIES};
  }

  /**
   * Names of the stores of {@link DetectWindows} with a detector that saves rows, and of the
   * windows from which detectors learn at first.
   */
  public static String[] ofDetection(List<WindowTier> tiers) {
    return Stream.concat(
            Stream.of(FEATURES, EPISODES, OPEN, IncidentStores.ANOMALIES),
            tiers.stream().map(WindowTier::storeName))
        .toArray(String[]::new);
  }

  /** Names of the stores of {@link DetectWindows} with detectors that save no rows. */
  public static String[] ofRules() {
    return new String[] {EPISODES, OPEN, IncidentStores.ANOMALIES};
  }

  /** Names of the stores of {@link RaiseTraceAnomalies}. */
  public static String[] ofTraces() {
    return new String[] {EPISODES, OPEN, IncidentStores.ANOMALIES};
  }

  /** Store of {@link #FEATURES}. */
  public static StoreBuilder<WindowStore<Bytes, byte[]>> features(
      DetectionConfig config, Duration window) {
    return WindowStores.windows(FEATURES, window.multipliedBy(config.memory() + 1L), window);
  }

  /** Store of {@link #EPISODES}. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> episodes() {
    return ofBytes(EPISODES);
  }

  /** Store of {@link #EVIDENCE}. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> evidence() {
    return ofBytes(EVIDENCE);
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> ofBytes(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Store of {@link #OPEN}. */
  public static StoreBuilder<KeyValueStore<String, Anomaly>> open(SchemaRegistry registry) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(OPEN),
            Serdes.String(),
            AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class))
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }
}
