package io.tracetide.processor.topology.commit;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Writes the first record of a changelog: the deletion of a key that is never used.
 *
 * <p>Under exactly-once, Kafka Streams recognises a clean store by its offset in the changelog. A
 * store that was never written has none, and then the whole task is treated as crashed whenever it
 * moves, changes from standby to active, or is opened after a clean stop: all its stores are wiped
 * and restored from the beginning. So one empty store, such as that of anomalies, would make every
 * standby replica useless.
 */
public final class ChangelogStart {
  /** Before all windows, so that it does not advance the stream time of a store. */
  private static final long NO_TIME = 0;

  private static final Bytes NO_KEY = Bytes.wrap(new byte[0]);

  private ChangelogStart() {}

  public static void ensure(WindowStore<Bytes, byte[]> store) {
    try (KeyValueIterator<?, ?> all = store.all()) {
      if (!all.hasNext()) {
        store.put(NO_KEY, null, NO_TIME);
      }
    }
  }

  /**
   * The same for a store of keys.
   *
   * @param unused a key that is never put
   */
  public static <K> void ensure(KeyValueStore<K, ?> store, K unused) {
    try (KeyValueIterator<?, ?> all = store.all()) {
      if (!all.hasNext()) {
        store.delete(unused);
      }
    }
  }
}
