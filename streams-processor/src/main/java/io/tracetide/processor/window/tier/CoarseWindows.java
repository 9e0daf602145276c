package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesTable;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * The windows of a tier that are merged from a finer tier. Only the start times of windows with
 * rows are in memory: when a window closes, the rows of its finer windows are merged, service by
 * service.
 */
final class CoarseWindows {

  private final TierRows rows;
  private final RecentRows recent;
  private final TierRows finer;
  private final TreeSet<Long> withRows = new TreeSet<>();
  private long closedUpTo;

  /** Receives windows that have closed, in the order of time. */
  interface Listener {

    /** Receives a service in a window: its series by their keys, and their total. */
    void onService(long startMs, SeriesTable.Entry[] series, int prefix, ServiceTotal total);

    /** Called after the last service of a window, and for windows without rows. */
    void onComplete(long startMs);
  }

  /**
   * Continues from the saved state.
   *
   * @param recent closed windows of this tier
   * @param closedUpTo time up to which this tier had closed; {@code Long.MIN_VALUE} for none
   * @param finerClosedUpTo the same for the finer tier
   */
  CoarseWindows(
      TierRows rows, RecentRows recent, TierRows finer, long closedUpTo, long finerClosedUpTo) {
    this.rows = rows;
    this.recent = recent;
    this.finer = finer;
    this.closedUpTo = closedUpTo;
    long from = Math.max(0, closedUpTo);
    while (from < finerClosedUpTo) {
      long next = firstRow(from, finerClosedUpTo);
      if (next == Long.MAX_VALUE) {
        break;
      }
      withRows.add(tier().windowStart(next));
      from = tier().windowStart(next) + tier().sizeMs();
    }
  }

  private long firstRow(long fromMs, long toMs) {
    try (RowStore.Scan scan = finer.scan(fromMs, toMs)) {
      return scan.next() ? scan.windowStartMs() : Long.MAX_VALUE;
    }
  }

  WindowTier tier() {
    return rows.tier();
  }

  TierRows rows() {
    return rows;
  }

  RecentRows recent() {
    return recent;
  }

  long closedUpTo() {
    return closedUpTo;
  }

  /** Marks the window that contains a finer window with rows, unless it has closed. */
  void mark(long finerStartMs) {
    long startMs = tier().windowStart(finerStartMs);
    if (startMs >= closedUpTo) {
      withRows.add(startMs);
    }
  }

  /**
   * Closes, in order, every window that ends at or before the time up to which the finer tier has
   * closed. In a gap without rows only the last {@link WindowCloser#MAX_EMPTY_WINDOWS} windows of
   * this call are reported.
   *
   * @param listener called for each service, window by window
   */
  void closeUpTo(long finerClosedUpTo, Listener listener) {
    long size = tier().sizeMs();
    long target = tier().windowStart(finerClosedUpTo);
    if (closedUpTo == Long.MIN_VALUE) {
      // The first windows ever: there is no window before the oldest one with rows.
      closedUpTo = nextWithRows(target);
    }
    while (closedUpTo < target) {
      long startMs =
          Math.max(closedUpTo, nextWithRows(target) - WindowCloser.MAX_EMPTY_WINDOWS * size);
      if (withRows.remove(startMs)) {
        close(startMs, listener);
      }
      closedUpTo = startMs + size;
      listener.onComplete(startMs);
    }
  }

  /** Start of the first window that has rows and has not closed; at most the given time. */
  private long nextWithRows(long mostMs) {
    return withRows.isEmpty() ? mostMs : Math.min(mostMs, withRows.first());
  }

  private void close(long startMs, Listener listener) {
    PriorityQueue<RowStore.Scan> scans =
        new PriorityQueue<>((a, b) -> RowKey.compareServices(a.key(), b.key()));
    List<RowStore.Scan> opened = new ArrayList<>();
    try {
      long step = finer.tier().sizeMs();
      for (long at = startMs; at < startMs + tier().sizeMs(); at += step) {
        RowStore.Scan scan = finer.scan(at, at + step);
        opened.add(scan);
        if (scan.next()) {
          scans.add(scan);
        }
      }
      while (!scans.isEmpty()) {
        closeService(startMs, scans, listener);
      }
    } finally {
      opened.forEach(RowStore.Scan::close);
    }
  }

  /** Merges the rows of the first service in all finer windows. */
  private void closeService(long startMs, PriorityQueue<RowStore.Scan> scans, Listener listener) {
    byte[] first = scans.element().key();
    byte[] prefix = RowKey.prefix(first);
    SeriesTable table = new SeriesTable();
    while (!scans.isEmpty() && RowKey.compareServices(scans.element().key(), first) == 0) {
      RowStore.Scan scan = scans.remove();
      TierRows.addTo(table, prefix, scan.row());
      if (scan.next()) {
        scans.add(scan);
      }
    }
    SeriesTable.Entry[] sorted = table.sorted();
    rows.begin(startMs, prefix, prefix.length);
    ServiceTotal total = new ServiceTotal();
    for (SeriesTable.Entry entry : sorted) {
      rows.add(entry.series(), entry.stats());
      total.add(SeriesCodec.isLatency(entry.series()), entry.stats());
    }
    rows.end(total);
    listener.onService(startMs, sorted, prefix.length, total);
  }
}
