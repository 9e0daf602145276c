package io.tracetide.processor.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.jspecify.annotations.Nullable;

/** Windows read from the state stores of this process. */
public final class StoreWindowView implements WindowView {
  private final StorePartitions partitions;

  public StoreWindowView(StorePartitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public Coverage read(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    StorePartitions.Holdings holdings = partitions.holdings();
    OptionalLong slowest = OptionalLong.empty();
    OptionalLong fastest = OptionalLong.empty();
    try {
      for (StorePartitions.Held held : holdings.here()) {
        // Read before the windows, so that none is called final that a later look would change.
        @Nullable Long closedUpTo = held.watermarks().get(tier.name());
        if (closedUpTo != null) {
          slowest = OptionalLong.of(Math.min(closedUpTo, slowest.orElse(Long.MAX_VALUE)));
          fastest = OptionalLong.of(Math.max(closedUpTo, fastest.orElse(Long.MIN_VALUE)));
        }
        PartitionReader windows =
            new PartitionReader(scope, closedUpTo == null ? Long.MIN_VALUE : closedUpTo, reader);
        windows.readAll(held.windows(tier.storeName()), fromMs, toMs);
      }
    } catch (InvalidStateStoreException e) {
      throw new StoresUnavailableException("A partition moved away while it was read.", e);
    }
    // Peers answer for their partitions here once queries are handed on; until then they are named.
    return new Coverage(holdings.elsewhere(), slowest, fastest);
  }

  /**
   * Reads the windows of one partition. Keys that repeat, as they do for a series with many
   * windows, are decoded once.
   */
  private static final class PartitionReader {
    private final Scope scope;
    private final long closedUpToMs;
    private final Consumer<StoredWindow> reader;
    private byte[] lastKey = new byte[0];
    private @Nullable SeriesId lastSeries;

    PartitionReader(Scope scope, long closedUpToMs, Consumer<StoredWindow> reader) {
      this.scope = scope;
      this.closedUpToMs = closedUpToMs;
      this.reader = reader;
    }

    void readAll(ReadOnlyWindowStore<Bytes, byte[]> store, long fromMs, long toMs) {
      if (fromMs >= toMs) {
        return;
      }
      Instant first = Instant.ofEpochMilli(fromMs);
      Instant last = Instant.ofEpochMilli(toMs - 1);
      if (scope.tenant().isEmpty()) {
        drain(store.fetchAll(first, last));
        return;
      }
      for (byte[] prefix : prefixes(scope.tenant().get())) {
        byte[] end = SeriesCodec.endOfPrefix(prefix);
        drain(store.fetch(Bytes.wrap(prefix), Bytes.wrap(end), first, last));
      }
    }

    private List<byte[]> prefixes(String tenant) {
      List<byte[]> prefixes = new ArrayList<>();
      if (scope.services().isEmpty()) {
        prefixes.add((tenant + '\0').getBytes(UTF_8));
      }
      for (String service : scope.services()) {
        prefixes.add(SeriesCodec.servicePrefix(tenant, service));
      }
      return prefixes;
    }

    private void drain(KeyValueIterator<Windowed<Bytes>, byte[]> windows) {
      try (windows) {
        while (windows.hasNext()) {
          KeyValue<Windowed<Bytes>, byte[]> entry = windows.next();
          SeriesId series = series(entry.key.key().get());
          if (scope.includes(series)) {
            reader.accept(
                new StoredWindow(series, entry.key.window().start(), closedUpToMs, entry.value));
          }
        }
      }
    }

    private SeriesId series(byte[] key) {
      SeriesId series = lastSeries;
      if (series == null || !Arrays.equals(key, lastKey)) {
        series = SeriesCodec.decode(key);
        lastSeries = series;
        lastKey = key;
      }
      return series;
    }
  }
}
