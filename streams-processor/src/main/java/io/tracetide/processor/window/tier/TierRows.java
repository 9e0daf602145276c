package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.SeriesTable;
import io.tracetide.processor.window.WindowRow;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The closed windows of one tier, with a row for each service and window, and with its total: the
 * merge of its operations. The total of a single operation is empty, because it is the same as the
 * row.
 */
final class TierRows {

  private final WindowTier tier;
  private final RowStore store;
  private final StoredServices services;
  private final WindowRow.Writer writer = new WindowRow.Writer();

  /* The service that is being written. */
  private long begunMs;
  private byte[] begun = {};
  private int begunPrefix;
  private int begunPart;

  TierRows(WindowTier tier, RowStore store, StoredServices services) {
    this.tier = tier;
    this.store = store;
    this.services = services;
  }

  WindowTier tier() {
    return tier;
  }

  /** A service of a revised window: all its series, and their total. */
  record Revised(Collection<Cell> cells, ServiceTotal total) {}

  /** One series of a row that is being revised. */
  static final class Cell {
    private final byte[] series;
    private final WindowStats stats = new WindowStats();
    private int part;
    private int revision;
    private long lateCount;
    private boolean revised;

    private Cell(byte[] series) {
      this.series = series;
    }

    byte[] series() {
      return series;
    }

    WindowStats stats() {
      return stats;
    }

    int revision() {
      return revision;
    }

    /** Number of late spans that were added. */
    long lateCount() {
      return lateCount;
    }

    /** Whether late spans were added. */
    boolean isRevised() {
      return revised;
    }
  }

  /** Begins to write a service of a closed window, given any of its series. */
  void begin(long startMs, byte[] series, int prefix) {
    begunMs = startMs;
    begun = series;
    begunPrefix = prefix;
    begunPart = 0;
  }

  /** Writes the next series of the service; the order is that of their keys. */
  void add(byte[] series, WindowStats stats) {
    if (writer.isFull() && begunPart < RowKey.MOST_PARTS - 1) {
      put(begunMs, begun, begunPrefix, begunPart++, writer.finish(true));
    }
    writer.add(series, begunPrefix, stats, 0);
  }

  /** Ends the service, which has at least one series. */
  void end(ServiceTotal total) {
    put(begunMs, begun, begunPrefix, begunPart, writer.finish(false));
    putTotal(begunMs, begun, begunPrefix, total);
  }

  private void putTotal(long startMs, byte[] series, int prefix, ServiceTotal total) {
    services.add(series, prefix, startMs);
    if (total.hasSpans()) {
      byte[] counts =
          total.isOfOne() ? new byte[0] : WindowStatsCodec.encode(total.stats(), total.revision());
      store.put(RowKey.ofTotal(series, prefix), counts, startMs);
    }
  }

  private void put(long startMs, byte[] series, int prefix, int part, byte[] row) {
    store.put(RowKey.of(startMs, series, prefix, part), row, startMs);
  }

  private byte @Nullable [] get(long startMs, byte[] series, int prefix, int part) {
    return store.get(RowKey.of(startMs, series, prefix, part), startMs);
  }

  /**
   * Adds late spans of one service to a closed window.
   *
   * @param late series of that service
   * @return the service in the window
   */
  Revised revise(long startMs, List<SeriesTable.Entry> late, int prefix) {
    byte[] service = late.get(0).series();
    NavigableMap<byte[], Cell> cells = new TreeMap<>(Arrays::compareUnsigned);
    int parts = 0;
    int lastBytes = 0;
    for (byte[] row = get(startMs, service, prefix, 0);
        row != null;
        row = WindowRow.moreFollows(row) ? get(startMs, service, prefix, parts) : null) {
      readCells(row, service, prefix, parts++, cells);
      lastBytes = row.length;
    }
    BitSet changed = new BitSet();
    int lastPart = Math.max(0, parts - 1);
    if (WindowRow.isFull(lastBytes) && lastPart < RowKey.MOST_PARTS - 1) {
      // New series are written to a new part, so the previous part needs the flag moreFollows.
      changed.set(lastPart++);
    }
    for (SeriesTable.Entry entry : late) {
      Cell cell = cells.get(entry.series());
      if (cell == null) {
        cell = new Cell(entry.series());
        cell.part = lastPart;
        cells.put(entry.series(), cell);
      }
      cell.stats.merge(entry.stats());
      cell.lateCount += entry.stats().count();
      cell.revision++;
      cell.revised = true;
      changed.set(cell.part);
    }
    int last = cells.values().stream().mapToInt(cell -> cell.part).max().orElse(0);
    changed.stream()
        .filter(part -> part <= last)
        .forEach(part -> rewrite(startMs, service, prefix, part, part < last, cells.values()));
    ServiceTotal total = new ServiceTotal();
    for (Cell cell : cells.values()) {
      total.add(SeriesCodec.isLatency(cell.series), cell.stats, cell.revision);
    }
    putTotal(startMs, service, prefix, total);
    return new Revised(cells.values(), total);
  }

  /** The counts of all series of a service in a closed window, and the merge of its operations. */
  Map<SeriesId, WindowStats> service(long startMs, SeriesId any) {
    byte[] key = SeriesCodec.encode(any);
    int prefix = SeriesCodec.servicePrefixLength(key);
    NavigableMap<byte[], Cell> cells = new TreeMap<>(Arrays::compareUnsigned);
    int part = 0;
    for (byte[] row = get(startMs, key, prefix, part);
        row != null;
        row = WindowRow.moreFollows(row) ? get(startMs, key, prefix, part) : null) {
      readCells(row, key, prefix, part++, cells);
    }
    Map<SeriesId, WindowStats> found = new HashMap<>();
    ServiceTotal total = new ServiceTotal();
    for (Cell cell : cells.values()) {
      SeriesId series = SeriesCodec.decode(cell.series);
      found.put(series, cell.stats);
      total.add(series.isLatency(), cell.stats);
    }
    if (total.hasSpans()) {
      found.put(SeriesCodec.decode(SeriesCodec.ofService(key, prefix)), total.stats());
    }
    return found;
  }

  private void rewrite(
      long startMs, byte[] service, int prefix, int part, boolean more, Collection<Cell> cells) {
    for (Cell cell : cells) {
      if (cell.part == part) {
        writer.add(cell.series, prefix, cell.stats, cell.revision);
      }
    }
    put(startMs, service, prefix, part, writer.finish(more));
  }

  private static void readCells(
      byte[] row, byte[] service, int prefix, int part, NavigableMap<byte[], Cell> into) {
    WindowRow.read(
        row,
        (bytes, nameStart, nameLength, countsStart, countsLength) -> {
          byte[] series = series(service, prefix, bytes, nameStart, nameLength);
          Cell cell = new Cell(series);
          cell.part = part;
          cell.revision = WindowStatsCodec.addTo(cell.stats, bytes, countsStart, countsLength);
          into.put(series, cell);
        });
  }

  private static byte[] series(byte[] service, int prefix, byte[] name, int start, int length) {
    byte[] series = Arrays.copyOf(service, prefix + length);
    System.arraycopy(name, start, series, prefix, length);
    return series;
  }

  /** Passes on each series of a row. */
  static void read(byte[] prefix, byte[] row, RetainedRows.Reader reader) {
    WindowRow.read(
        row,
        (bytes, nameStart, nameLength, countsStart, countsLength) -> {
          WindowStats stats = new WindowStats();
          WindowStatsCodec.addTo(stats, bytes, countsStart, countsLength);
          reader.read(
              SeriesCodec.decode(series(prefix, prefix.length, bytes, nameStart, nameLength)),
              stats);
        });
  }

  /** Adds the counts of a row to those of its series. */
  static void addTo(SeriesTable table, byte[] prefix, byte[] row) {
    WindowRow.read(
        row,
        (bytes, nameStart, nameLength, countsStart, countsLength) -> {
          byte[] series = series(prefix, prefix.length, bytes, nameStart, nameLength);
          WindowStatsCodec.addTo(
              table.at(series, 0, series.length), bytes, countsStart, countsLength);
        });
  }

  /** See {@link RowStore#scan}. */
  RowStore.Scan scan(long fromMs, long toMs) {
    return store.scan(fromMs, toMs);
  }
}
