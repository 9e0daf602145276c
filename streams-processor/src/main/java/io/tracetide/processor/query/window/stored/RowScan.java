package io.tracetide.processor.query.window.stored;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowRow;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.StoredServices;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one tier in one partition. Rows are ordered by window, tenant and service; a
 * query of one tenant or a few services reads only their rows of each window.
 *
 * <p>Services are looked up in the list of services, which is complete for windows that an earlier
 * version has not closed. In older windows their tenants are searched.
 */
final class RowScan {
  private final ReadOnlyWindowStore<Bytes, byte[]> rows;
  private final WindowTier tier;
  private final StoredServices services;
  private final Scope scope;
  private final WindowVisitor visitor;
  private final Map<Bytes, SeriesId> names = new HashMap<>();

  RowScan(
      ReadOnlyWindowStore<Bytes, byte[]> rows,
      WindowTier tier,
      StoredServices services,
      Scope scope,
      WindowVisitor visitor) {
    this.rows = rows;
    this.tier = tier;
    this.services = services;
    this.scope = scope;
    this.visitor = visitor;
  }

  /** Reads the windows that start in [fromMs, toMs). */
  void read(long fromMs, long toMs) {
    if (fromMs >= toMs) {
      return;
    }
    if (scope.tenants().isAll() && scope.services().isEmpty()) {
      drain(RowKey.from(fromMs), RowKey.from(toMs), fromMs, toMs);
      return;
    }
    long firstMs = tier.windowStart(fromMs + tier.sizeMs() - 1);
    long listedMs = scope.services().isEmpty() ? Long.MAX_VALUE : services.since(tier);
    List<byte[]> listed = listedMs < toMs ? listed(firstMs) : List.of();
    for (long startMs = firstMs; startMs < toMs; startMs += tier.sizeMs()) {
      if (startMs < listedMs) {
        readWindow(startMs);
      } else {
        readServices(listed, startMs);
      }
    }
  }

  private List<byte[]> listed(long fromMs) {
    List<byte[]> listed = new ArrayList<>();
    services.each(
        fromMs,
        (service, total) -> {
          if (scope.includes(total)) {
            listed.add(service);
          }
        });
    return listed;
  }

  private void readServices(List<byte[]> listed, long startMs) {
    for (byte[] service : listed) {
      ServiceRows.read(rows, service, startMs, row -> read(service, startMs, row));
    }
  }

  private void readWindow(long startMs) {
    if (!scope.tenants().isAll()) {
      scope
          .tenants()
          .names()
          .forEach(tenant -> readTenant(startMs, (tenant + '\0').getBytes(UTF_8)));
      return;
    }
    // The tenants are not known: each one's first row leads to the next one.
    byte[] from = RowKey.from(startMs);
    byte[] end = RowKey.from(startMs + 1);
    for (byte[] row = firstKey(from, end, startMs);
        row != null;
        row = firstKey(from, end, startMs)) {
      byte[] prefix = RowKey.prefix(row);
      // As bytes: a name that is not UTF-8 decodes to another name, and the loop would not advance.
      byte[] tenant = Arrays.copyOf(prefix, SeriesCodec.end(prefix, 0) + 1);
      readTenant(startMs, tenant);
      from = RowKey.from(startMs, SeriesCodec.endOfPrefix(tenant));
    }
  }

  private byte @Nullable [] firstKey(byte[] from, byte[] end, long startMs) {
    try (KeyValueIterator<Windowed<Bytes>, byte[]> found =
        rows.fetch(
            Bytes.wrap(from),
            Bytes.wrap(end),
            Instant.ofEpochMilli(startMs),
            Instant.ofEpochMilli(startMs))) {
      return found.hasNext() ? found.peekNextKey().key().get() : null;
    }
  }

  private void readTenant(long startMs, byte[] tenant) {
    if (scope.services().isEmpty() || scope.services().stream().anyMatch(RowScan::isUncertain)) {
      drain(
          RowKey.from(startMs, tenant),
          RowKey.from(startMs, SeriesCodec.endOfPrefix(tenant)),
          startMs,
          startMs + 1);
      return;
    }
    for (String service : scope.services()) {
      byte[] prefix = prefix(tenant, service);
      ServiceRows.read(rows, prefix, startMs, row -> read(prefix, startMs, row));
    }
  }

  private void drain(byte[] from, byte[] to, long fromMs, long toMs) {
    try (KeyValueIterator<Windowed<Bytes>, byte[]> found =
        rows.fetch(
            Bytes.wrap(from),
            Bytes.wrap(to),
            Instant.ofEpochMilli(fromMs),
            Instant.ofEpochMilli(toMs - 1))) {
      while (found.hasNext()) {
        KeyValue<Windowed<Bytes>, byte[]> next = found.next();
        read(RowKey.prefix(next.key.key().get()), next.key.window().start(), next.value);
      }
    }
  }

  private void read(byte[] prefix, long startMs, byte[] row) {
    WindowRow.read(
        row,
        (bytes, nameStart, nameLength, countsStart, countsLength) -> {
          SeriesId series = series(prefix, bytes, nameStart, nameLength);
          if (scope.includes(series)) {
            visitor.visit(series, startMs, bytes, countsStart, countsLength);
          }
        });
  }

  /** A series repeats in each window, and is decoded once. */
  private SeriesId series(byte[] prefix, byte[] row, int start, int length) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + length);
    System.arraycopy(row, start, key, prefix.length, length);
    return names.computeIfAbsent(Bytes.wrap(key), name -> SeriesCodec.decode(name.get()));
  }

  /** The name may stand for bytes that are not UTF-8 and cannot be encoded again. */
  static boolean isUncertain(String service) {
    return service.indexOf('\uFFFD') >= 0;
  }

  private static byte[] prefix(byte[] tenant, String service) {
    byte[] name = (service + '\0').getBytes(UTF_8);
    byte[] prefix = Arrays.copyOf(tenant, tenant.length + name.length);
    System.arraycopy(name, 0, prefix, tenant.length, name.length);
    return prefix;
  }
}
