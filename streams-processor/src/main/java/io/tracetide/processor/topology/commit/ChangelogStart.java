package io.tracetide.processor.topology.commit;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Writes the first record of a changelog: the deletion of a key that nothing has.
 *
 * <p>Under exactly-once, Streams knows a clean store by its position in the changelog. A store that
 * was never written has none, and then the whole task counts as crashed, whenever it moves, turns
 * from standby to active, or is opened after a clean stop: all its stores are wiped and restored
 * from their beginning. One store that stays empty, such as that of anomalies where all is well,
 * would so make every standby replica useless.
 */
public final class ChangelogStart {
  /** Before all windows, so that it moves no clock of a store. */
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
