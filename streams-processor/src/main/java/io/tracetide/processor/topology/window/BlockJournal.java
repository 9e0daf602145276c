package io.tracetide.processor.topology.window;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stores the received blocks of partial counts that open windows consist of. After a crash the
 * windows in memory are rebuilt from them. So a commit stores only the blocks since the last
 * commit, not every changed window.
 */
final class BlockJournal {

  private final KeyValueStore<Bytes, byte[]> store;
  private final PriorityQueue<Kept> kept =
      new PriorityQueue<>(Comparator.comparingLong(Kept::newestMs));
  private long next;

  /** A block, and the start of the newest window in it. */
  private record Kept(Bytes key, long newestMs) {}

  BlockJournal(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /**
   * Reads all blocks, oldest first.
   *
   * @param reader returns the start of the newest window in the block
   */
  void replay(ToLongFunction<byte[]> reader) {
    try (KeyValueIterator<Bytes, byte[]> blocks = store.all()) {
      while (blocks.hasNext()) {
        KeyValue<Bytes, byte[]> block = blocks.next();
        next = ByteBuffer.wrap(block.key.get()).getLong();
        keep(reader.applyAsLong(block.value));
        next++;
      }
    }
  }

  /** Stores a block that has just been received. */
  void append(byte[] block, long newestMs) {
    store.put(key(), block);
    keep(newestMs);
    next++;
  }

  /** Keeps the current block until its newest window has closed. */
  private void keep(long newestMs) {
    kept.add(new Kept(key(), newestMs));
  }

  private Bytes key() {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(next).array());
  }

  /** Deletes the blocks whose windows all start before a time. */
  void dropBefore(long startMs) {
    while (!kept.isEmpty() && kept.element().newestMs < startMs) {
      store.delete(kept.remove().key);
    }
  }
}
