package io.tracetide.processor.topology.window;

import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.tier.RowStore;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/** The rows of a tier in a window store. */
public final class KafkaRowStore implements RowStore {

  private final WindowStore<Bytes, byte[]> store;

  public KafkaRowStore(WindowStore<Bytes, byte[]> store) {
    this.store = store;
  }

  @Override
  public void put(byte[] key, byte[] row, long windowStartMs) {
    store.put(Bytes.wrap(key), row, windowStartMs);
  }

  @Override
  public byte @Nullable [] get(byte[] key, long windowStartMs) {
    return store.fetch(Bytes.wrap(key), windowStartMs);
  }

  @Override
  public Scan scan(long fromMs, long toMs) {
    return new Rows(
        store.fetch(
            Bytes.wrap(RowKey.from(fromMs)), Bytes.wrap(RowKey.from(toMs)), fromMs, toMs - 1));
  }

  private static final class Rows implements Scan {
    private final KeyValueIterator<Windowed<Bytes>, byte[]> rows;
    private byte[] key = {};
    private byte[] row = {};
    private long windowStartMs;

    Rows(KeyValueIterator<Windowed<Bytes>, byte[]> rows) {
      this.rows = rows;
    }

    @Override
    public boolean next() {
      if (!rows.hasNext()) {
        return false;
      }
      KeyValue<Windowed<Bytes>, byte[]> next = rows.next();
      key = next.key.key().get();
      row = next.value;
      windowStartMs = next.key.window().start();
      return true;
    }

    @Override
    public byte[] key() {
      return key;
    }

    @Override
    public byte[] row() {
      return row;
    }

    @Override
    public long windowStartMs() {
      return windowStartMs;
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
