package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.ledger.store.LedgerStorage;
import io.tracetide.processor.topology.commit.ChangelogStart;
import java.util.Map;
import java.util.function.BiPredicate;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** The state stores of the ledger. */
public final class LedgerStores implements LedgerStorage {

  /** Followed traces. */
  static final String OPEN = "open-traces";

  /** Finished traces that are kept, by the hour in which they were selected. */
  static final String KEPT = "kept-traces";

  /** Values by name, and histories of operations. */
  static final String MARKS = "ledger-marks";

  /**
   * Hashes of recently counted spans. In memory: they are written once, read only after a restart,
   * and then restored from the changelog.
   */
  static final String NAMES = "counted-spans";

  private static final Bytes UNUSED = Bytes.wrap(new byte[0]);

  private final KeyValueStore<Bytes, byte[]> open;
  private final KeyValueStore<Bytes, byte[]> kept;
  private final KeyValueStore<String, byte[]> marks;
  private final KeyValueStore<Bytes, byte[]> names;

  /** The stores of a task. */
  LedgerStores(ProcessorContext<?, ?> context) {
    open = context.getStateStore(OPEN);
    kept = context.getStateStore(KEPT);
    marks = context.getStateStore(MARKS);
    names = context.getStateStore(NAMES);
    ChangelogStart.ensure(open, UNUSED);
    ChangelogStart.ensure(kept, UNUSED);
    ChangelogStart.ensure(marks, "");
  }

  public static void addTo(StreamsBuilder builder) {
    builder.addStateStore(store(Stores.persistentKeyValueStore(OPEN)));
    builder.addStateStore(store(Stores.persistentKeyValueStore(KEPT)));
    builder.addStateStore(store(Stores.inMemoryKeyValueStore(NAMES)));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(MARKS), Serdes.String(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingEnabled(Map.of()));
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(
      KeyValueBytesStoreSupplier supplier) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Names of all stores of the ledger and of their commit hook. */
  public static String[] names() {
    return new String[] {OPEN, KEPT, MARKS, NAMES, FollowTraces.COMMIT_HOOK};
  }

  @Override
  public byte @Nullable [] open(byte[] key) {
    return open.get(Bytes.wrap(key));
  }

  @Override
  public void putOpen(byte[] key, byte[] trace) {
    open.put(Bytes.wrap(key), trace);
  }

  @Override
  public void removeOpen(byte[] key) {
    open.delete(Bytes.wrap(key));
  }

  @Override
  public void readOpen(byte[] from, BiPredicate<byte[], byte[]> reader) {
    read(open, from, reader);
  }

  @Override
  public byte @Nullable [] kept(byte[] key) {
    return kept.get(Bytes.wrap(key));
  }

  @Override
  public void putKept(byte[] key, byte[] trace) {
    kept.put(Bytes.wrap(key), trace);
  }

  @Override
  public void removeKept(byte[] key) {
    kept.delete(Bytes.wrap(key));
  }

  @Override
  public void readKept(byte[] from, BiPredicate<byte[], byte[]> reader) {
    read(kept, from, reader);
  }

  private static void read(
      KeyValueStore<Bytes, byte[]> store, byte[] from, BiPredicate<byte[], byte[]> reader) {
    try (KeyValueIterator<Bytes, byte[]> found =
        from.length == 0 ? store.all() : tail(store, Bytes.wrap(from))) {
      boolean more = true;
      while (more && found.hasNext()) {
        KeyValue<Bytes, byte[]> next = found.next();
        more = reader.test(next.key.get(), next.value);
      }
    }
  }

  @SuppressWarnings("NullAway") // A null end stands for no end.
  private static KeyValueIterator<Bytes, byte[]> tail(
      KeyValueStore<Bytes, byte[]> store, Bytes from) {
    return store.range(from, null);
  }

  @Override
  public byte @Nullable [] mark(String name) {
    return marks.get(name);
  }

  @Override
  public void putMark(String name, byte[] value) {
    marks.put(name, value);
  }

  @Override
  public void removeMark(String name) {
    marks.delete(name);
  }

  @Override
  public void readMarks(String prefix, BiPredicate<String, byte[]> reader) {
    try (KeyValueIterator<String, byte[]> found = marks.all()) {
      boolean more = true;
      while (more && found.hasNext()) {
        KeyValue<String, byte[]> next = found.next();
        more = !next.key.startsWith(prefix) || reader.test(next.key, next.value);
      }
    }
  }

  @Override
  public void appendNames(byte[] key, byte[] value) {
    names.put(Bytes.wrap(key), value);
  }

  @Override
  public void dropNames(byte[] key) {
    names.delete(Bytes.wrap(key));
  }

  @Override
  public void readNames(BiPredicate<byte[], byte[]> reader) {
    read(names, new byte[0], reader);
  }
}
