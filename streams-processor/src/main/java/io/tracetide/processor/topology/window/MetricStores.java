package io.tracetide.processor.topology.window;

import io.tracetide.processor.metric.CountedIntervals;
import io.tracetide.processor.metric.InstanceId;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** The state stores of metrics. */
public final class MetricStores {

  /**
   * Store of the last sample of each followed running total, by instance, and of the counted
   * intervals of deltas, by instance, time and start.
   */
  public static final String COUNTER_STATES = "counter-states";

  /** Value of an interval that was counted. */
  static final byte[] COUNTED = {1};

  private static final int INSTANCE_BYTES = 2 * Long.BYTES;
  private static final int INTERVAL_BYTES = INSTANCE_BYTES + 2 * Long.BYTES;

  private MetricStores() {}

  static Bytes intervalKey(CountedIntervals.Interval interval) {
    return Bytes.wrap(
        ByteBuffer.allocate(INTERVAL_BYTES)
            .put(interval.id().encode())
            .putLong(interval.timeMicros())
            .putLong(interval.startMicros())
            .array());
  }

  /** The interval of a key; null when the key belongs to a running total. */
  public static CountedIntervals.@Nullable Interval interval(Bytes key) {
    if (key.get().length != INTERVAL_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(key.get());
    byte[] id = new byte[INSTANCE_BYTES];
    in.get(id);
    long time = in.getLong();
    return new CountedIntervals.Interval(InstanceId.decode(id), in.getLong(), time);
  }

  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> counterStates() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(COUNTER_STATES), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }
}
