package io.tracetide.processor.query.window.stored;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.StoredServices;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

/** Windows read from the state stores and the open windows of this process. */
public final class StoreWindowView implements WindowView {
  private final StorePartitions partitions;
  private final List<WindowTier> tiers;

  /**
   * Reads from these partitions.
   *
   * @param tiers tiers that are kept
   */
  public StoreWindowView(StorePartitions partitions, List<WindowTier> tiers) {
    this.partitions = partitions;
    this.tiers = tiers.stream().sorted(Comparator.comparing(WindowTier::size)).toList();
  }

  @Override
  public Coverage read(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, false, reader);
  }

  @Override
  public Coverage readTotals(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, true, reader);
  }

  private Coverage read(
      WindowTier tier,
      long fromMs,
      long toMs,
      Scope scope,
      boolean totals,
      Consumer<StoredWindow> reader) {
    StorePartitions.Holdings holdings = partitions.holdings();
    OptionalLong slowest = OptionalLong.empty();
    OptionalLong fastest = OptionalLong.empty();
    try {
      for (StorePartitions.Held held : holdings.here()) {
        long closedUpTo = new PartitionReader(held, tier, scope, totals, reader).read(fromMs, toMs);
        if (closedUpTo != Long.MIN_VALUE) {
          slowest = OptionalLong.of(Math.min(closedUpTo, slowest.orElse(Long.MAX_VALUE)));
          fastest = OptionalLong.of(Math.max(closedUpTo, fastest.orElse(Long.MIN_VALUE)));
        }
      }
    } catch (InvalidStateStoreException e) {
      throw StoresUnavailableException.reassigned(e);
    }
    // Partitions of other instances are read by the views of the peer group.
    return new Coverage(holdings.elsewhere(), slowest, fastest);
  }

  /**
   * Reads the windows of one partition: rows of the tier up to its last closed window, then rows of
   * finer tiers, and then open windows, merged into windows of the tier.
   */
  private final class PartitionReader {
    private final StorePartitions.Held held;
    private final WindowTier tier;
    private final Scope scope;
    private final boolean totals;
    private final Consumer<StoredWindow> reader;

    /** Windows that are merged here: those that have not closed, and totals that are not stored. */
    private final Map<Long, Map<SeriesId, WindowStats>> unclosed = new TreeMap<>();

    PartitionReader(
        StorePartitions.Held held,
        WindowTier tier,
        Scope scope,
        boolean totals,
        Consumer<StoredWindow> reader) {
      this.held = held;
      this.tier = tier;
      this.scope = scope;
      this.totals = totals;
      this.reader = reader;
    }

    /** Returns the time up to which windows of the tier have closed. */
    long read(long fromMs, long toMs) {
      long firstMs = tier.windowStart(fromMs + tier.sizeMs() - 1);
      long endMs = tier.windowStart(toMs - 1) + tier.sizeMs();
      OpenWindows.Snapshot open =
          held.open().snapshot(firstMs, endMs, new OpenFilter(scope, totals));
      long closedUpTo = open.closedUpTo(tier);
      scan(
          tier,
          kept(tier, fromMs, open),
          Math.min(toMs, closedUpTo),
          (series, startMs, row, countsStart, countsLength) ->
              reader.accept(
                  new StoredWindow(series, startMs, closedUpTo, row, countsStart, countsLength)));
      long reached = Math.max(firstMs, closedUpTo);
      for (int i = tiers.indexOf(tier) - 1; i >= 0; i--) {
        WindowTier finer = tiers.get(i);
        long upTo = Math.min(endMs, open.closedUpTo(finer));
        scan(finer, kept(finer, reached, open), upTo, this::merge);
        reached = Math.max(reached, upTo);
      }
      for (OpenWindows.Open window : open.open()) {
        add(window);
      }
      unclosed.forEach(
          (startMs, window) ->
              window.forEach(
                  (series, stats) ->
                      reader.accept(new StoredWindow(series, startMs, closedUpTo, stats))));
      return closedUpTo;
    }

    /** Reads closed windows; totals that an earlier version has not stored are merged. */
    private void scan(WindowTier of, long fromMs, long toMs, WindowVisitor visitor) {
      ReadOnlyWindowStore<Bytes, byte[]> store = held.rows(of.storeName());
      StoredServices services = held.services();
      if (!totals) {
        new RowScan(store, of, services, scope, visitor).read(fromMs, toMs);
        return;
      }
      long since = services.since(of);
      new RowScan(store, of, services, scope, this::mergeTotal).read(fromMs, Math.min(toMs, since));
      new TotalScan(store, services, scope, visitor).read(Math.max(fromMs, since), toMs);
    }

    private void mergeTotal(
        SeriesId series, long startMs, byte[] row, int countsStart, int countsLength) {
      if (series.isLatency()) {
        merge(series.ofService(), startMs, row, countsStart, countsLength);
      }
    }

    /** Nothing older is kept, so that the cost of a long range is limited to the kept windows. */
    private long kept(WindowTier of, long fromMs, OpenWindows.Snapshot open) {
      long closedUpTo = open.closedUpTo(of);
      return closedUpTo == Long.MIN_VALUE
          ? fromMs
          : Math.max(fromMs, closedUpTo - of.retentionMs() - of.sizeMs());
    }

    private void merge(
        SeriesId series, long startMs, byte[] row, int countsStart, int countsLength) {
      WindowStatsCodec.addTo(counts(series, startMs), row, countsStart, countsLength);
    }

    private void add(OpenWindows.Open window) {
      window(window.startMs())
          .merge(
              window.series(),
              window.stats(),
              (known, more) -> {
                known.merge(more);
                return known;
              });
    }

    private WindowStats counts(SeriesId series, long finerStartMs) {
      return window(finerStartMs).computeIfAbsent(series, name -> new WindowStats());
    }

    private Map<SeriesId, WindowStats> window(long finerStartMs) {
      return unclosed.computeIfAbsent(tier.windowStart(finerStartMs), ms -> new HashMap<>());
    }
  }
}
