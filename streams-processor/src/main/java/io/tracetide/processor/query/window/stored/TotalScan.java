package io.tracetide.processor.query.window.stored;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowRow;
import io.tracetide.processor.window.tier.StoredServices;
import java.time.Instant;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Reads the totals of one tier in one partition, service by service: those of a service are
 * adjacent, ordered by window.
 */
final class TotalScan {
  private final ReadOnlyWindowStore<Bytes, byte[]> store;
  private final StoredServices services;
  private final Scope scope;
  private final WindowVisitor visitor;

  TotalScan(
      ReadOnlyWindowStore<Bytes, byte[]> store,
      StoredServices services,
      Scope scope,
      WindowVisitor visitor) {
    this.store = store;
    this.services = services;
    this.scope = scope;
    this.visitor = visitor;
  }

  /** Reads the windows that start in [fromMs, toMs). */
  void read(long fromMs, long toMs) {
    if (fromMs < toMs) {
      services.each(
          fromMs,
          (service, total) -> {
            if (scope.includes(total)) {
              read(service, total, fromMs, toMs);
            }
          });
    }
  }

  private void read(byte[] service, SeriesId series, long fromMs, long toMs) {
    try (WindowStoreIterator<byte[]> totals =
        store.fetch(
            Bytes.wrap(RowKey.ofTotal(service, service.length)),
            Instant.ofEpochMilli(fromMs),
            Instant.ofEpochMilli(toMs - 1))) {
      while (totals.hasNext()) {
        KeyValue<Long, byte[]> total = totals.next();
        if (total.value.length > 0) {
          visitor.visit(series, total.key, total.value, 0, total.value.length);
        } else {
          readOnly(service, series, total.key);
        }
      }
    }
  }

  /** The only operation of a service in a window is its total. */
  private void readOnly(byte[] service, SeriesId series, long startMs) {
    ServiceRows.read(
        store,
        service,
        startMs,
        row ->
            WindowRow.read(
                row,
                (bytes, nameStart, nameLength, countsStart, countsLength) -> {
                  if (WindowRow.isLatency(bytes, nameStart, nameLength)) {
                    visitor.visit(series, startMs, bytes, countsStart, countsLength);
                  }
                }));
  }
}
