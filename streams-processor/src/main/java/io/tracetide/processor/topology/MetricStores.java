package io.tracetide.processor.topology;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The state stores of metrics. */
final class MetricStores {

  /** Store of the last sample of each running total that is followed, by instance. */
  static final String COUNTER_STATES = "counter-states";

  private MetricStores() {}

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> counterStates() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(COUNTER_STATES), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }
}
