package io.tracetide.processor.topology.window;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The blocks of partial counts that open windows are made of, as they were received. A crash loses
 * the windows in memory; they are counted again from here. So a commit stores what has come since
 * the last one, and not every window that it changed.
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

  /** Hands over every block again, oldest first; the receiver then {@link #keep keeps} it. */
  void replay(Consumer<byte[]> receiver) {
    try (KeyValueIterator<Bytes, byte[]> blocks = store.all()) {
      while (blocks.hasNext()) {
        KeyValue<Bytes, byte[]> block = blocks.next();
        next = ByteBuffer.wrap(block.key.get()).getLong();
        receiver.accept(block.value);
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

  /** Notes until when the block at hand is needed. */
  void keep(long newestMs) {
    kept.add(new Kept(key(), newestMs));
  }

  private Bytes key() {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(next).array());
  }

  /** Drops the blocks whose windows all start before; there may be none. */
  void dropBefore(long startMs) {
    while (!kept.isEmpty() && kept.element().newestMs < startMs) {
      store.delete(kept.remove().key);
    }
  }
}
