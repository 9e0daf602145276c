package io.tracetide.processor.topology.window;

import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.total.TotalStore;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The running totals of one task in their state store. */
final class KafkaTotalStore implements TotalStore {

  /** Store of the running totals of series of spans, by the key of the series. */
  static final String TOTALS = "series-totals";

  private final KeyValueStore<Bytes, byte[]> store;

  KafkaTotalStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    ChangelogStart.ensure(store, Bytes.wrap(new byte[0]));
  }

  @Override
  public void put(byte[] series, byte[] total) {
    store.put(Bytes.wrap(series), total);
  }

  @Override
  public void delete(byte[] series) {
    store.delete(Bytes.wrap(series));
  }

  @Override
  public void each(BiConsumer<byte[], byte[]> reader) {
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> next = all.next();
        reader.accept(next.key.get(), next.value);
      }
    }
  }
}
