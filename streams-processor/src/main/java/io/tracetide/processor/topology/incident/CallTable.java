package io.tracetide.processor.topology.incident;

import io.tracetide.processor.incident.Call;
import io.tracetide.processor.incident.CallReport;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The rows of {@link IncidentStores#CALLS}: the key is a report of one call, the value the time at
 * which it was last saved.
 */
final class CallTable {

  private final KeyValueStore<Bytes, byte[]> store;

  /** Receives a row. */
  interface Reader {
    void accept(String tenant, Call call, long savedMs);
  }

  CallTable(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  void put(String tenant, Call call, long seenMs) {
    store.put(key(tenant, call), ByteBuffer.allocate(Long.BYTES).putLong(seenMs).array());
  }

  void delete(String tenant, Call call) {
    store.delete(key(tenant, call));
  }

  void read(Reader reader) {
    try (KeyValueIterator<Bytes, byte[]> rows = store.all()) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        CallReport key = CallReport.decode(row.key.get());
        reader.accept(key.tenant(), key.calls().get(0), ByteBuffer.wrap(row.value).getLong());
      }
    }
  }

  private static Bytes key(String tenant, Call call) {
    return Bytes.wrap(new CallReport(tenant, List.of(call)).encode());
  }
}
