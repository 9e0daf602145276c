package io.tracetide.processor.topology.window;

import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** The state stores of windows. */
public final class WindowStores {

  /** Retention of a store beyond the configured one, so that it never drops a needed window. */
  private static final Duration MARGIN = Duration.ofMinutes(30);

  /**
   * Retention of a changelog beyond that of its store, so that a store can be restored while it is
   * used.
   */
  private static final Duration CHANGELOG_MARGIN = Duration.ofHours(1);

  private WindowStores() {}

  /** Adds all stores of windows, except the commit hook. */
  static void addTo(StreamsBuilder builder, List<WindowTier> tiers) {
    tiers.forEach(tier -> builder.addStateStore(ofTier(tier)));
    builder.addStateStore(watermarks());
    builder.addStateStore(journal());
    builder.addStateStore(admittedNames());
    builder.addStateStore(totals());
  }

  /** Names of the stores of {@link AggregateWindows}. */
  static String[] names(List<WindowTier> tiers) {
    return Stream.concat(
            tiers.stream().map(WindowTier::storeName),
            Stream.of(
                AggregateWindows.WATERMARKS,
                AggregateWindows.JOURNAL,
                SeriesAdmission.ADMITTED_NAMES,
                KafkaTotalStore.TOTALS,
                AggregateWindows.COMMIT_HOOK))
        .toArray(String[]::new);
  }

  /** Windows of one tier. */
  private static StoreBuilder<WindowStore<Bytes, byte[]>> ofTier(WindowTier tier) {
    return windows(tier.storeName(), tier.retention().plus(tier.size()), tier.size());
  }

  /**
   * Windows in RocksDB, expired by segments.
   *
   * <p>The records of the changelog get the broker's time (LogAppendTime). With the default, event
   * time, the broker would delete the windows of a replay of old spans while they are in use.
   *
   * @param needed configured retention; windows are kept somewhat longer
   */
  public static StoreBuilder<WindowStore<Bytes, byte[]>> windows(
      String name, Duration needed, Duration size) {
    Duration retention = needed.plus(MARGIN);
    return Stores.windowStoreBuilder(
            Stores.persistentWindowStore(name, retention, size, false),
            Serdes.Bytes(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime",
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention.plus(CHANGELOG_MARGIN).toMillis())));
  }

  /**
   * The blocks of partial counts that open windows consist of; each is deleted when its windows
   * have closed. In memory: they are written once, read only after a restart, and then restored
   * from the changelog.
   */
  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> journal() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(AggregateWindows.JOURNAL),
            Serdes.Bytes(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Times up to which windows have closed, by tier. */
  private static StoreBuilder<KeyValueStore<String, Long>> watermarks() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(AggregateWindows.WATERMARKS),
            Serdes.String(),
            Serdes.Long())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Series that are counted under their own name, with the last event time of each. */
  private static StoreBuilder<KeyValueStore<Bytes, Long>> admittedNames() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(SeriesAdmission.ADMITTED_NAMES),
            Serdes.Bytes(),
            Serdes.Long())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Running totals of series of spans. */
  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> totals() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(KafkaTotalStore.TOTALS),
            Serdes.Bytes(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }
}
