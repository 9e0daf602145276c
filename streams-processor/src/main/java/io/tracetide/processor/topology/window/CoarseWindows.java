package io.tracetide.processor.topology.window;

import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesTable;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * The windows of a tier that is made from a finer one. Nothing is held in memory but which windows
 * have work: when a window closes, the rows of the finer windows in it are merged, service by
 * service.
 */
final class CoarseWindows {

  private final TierRows rows;
  private final TierRows finer;
  private final TreeSet<Long> withWork = new TreeSet<>();
  private long closedUpTo;

  /** Receives a service in a window that has closed, its series by their keys. */
  @FunctionalInterface
  interface Listener {
    void onService(long startMs, SeriesTable.Entry[] series, int prefix);
  }

  /**
   * Takes up where a former run came to.
   *
   * @param closedUpTo how far this tier had closed; {@code Long.MIN_VALUE} when it never did
   * @param finerClosedUpTo how far the finer one had
   */
  CoarseWindows(TierRows rows, TierRows finer, long closedUpTo, long finerClosedUpTo) {
    this.rows = rows;
    this.finer = finer;
    this.closedUpTo = closedUpTo;
    long from = Math.max(0, closedUpTo);
    while (from < finerClosedUpTo) {
      long next = firstWork(from, finerClosedUpTo);
      if (next == Long.MAX_VALUE) {
        break;
      }
      withWork.add(tier().windowStart(next));
      from = tier().windowStart(next) + tier().sizeMs();
    }
  }

  private long firstWork(long fromMs, long toMs) {
    try (KeyValueIterator<Windowed<Bytes>, byte[]> scan = finer.scan(fromMs, toMs)) {
      return scan.hasNext() ? scan.next().key.window().start() : Long.MAX_VALUE;
    }
  }

  WindowTier tier() {
    return rows.tier();
  }

  TierRows rows() {
    return rows;
  }

  long closedUpTo() {
    return closedUpTo;
  }

  /** Notes that a finer window has rows; no matter when this window has closed already. */
  void work(long finerStartMs) {
    long startMs = tier().windowStart(finerStartMs);
    if (startMs >= closedUpTo) {
      withWork.add(startMs);
    }
  }

  /**
   * Closes every window that ends where the finer tier has closed, or before.
   *
   * @param listener told of each service, window by window
   */
  void closeUpTo(long finerClosedUpTo, Listener listener) {
    long target = tier().windowStart(finerClosedUpTo);
    while (!withWork.isEmpty() && withWork.first() < target) {
      long startMs = withWork.pollFirst();
      close(startMs, listener);
      closedUpTo = startMs + tier().sizeMs();
    }
    closedUpTo = Math.max(closedUpTo, target);
  }

  private void close(long startMs, Listener listener) {
    PriorityQueue<Cursor> cursors =
        new PriorityQueue<>((a, b) -> RowKey.compareServices(a.key(), b.key()));
    List<Cursor> opened = new ArrayList<>();
    try {
      long step = finer.tier().sizeMs();
      for (long at = startMs; at < startMs + tier().sizeMs(); at += step) {
        Cursor cursor = new Cursor(finer.scan(at, at + step));
        opened.add(cursor);
        if (cursor.advance()) {
          cursors.add(cursor);
        }
      }
      while (!cursors.isEmpty()) {
        closeService(startMs, cursors, listener);
      }
    } finally {
      opened.forEach(Cursor::close);
    }
  }

  /** Merges the rows of the first service, in all finer windows that have one. */
  private void closeService(long startMs, PriorityQueue<Cursor> cursors, Listener listener) {
    byte[] first = cursors.element().key();
    byte[] prefix = RowKey.prefix(first);
    SeriesTable table = new SeriesTable();
    while (!cursors.isEmpty() && RowKey.compareServices(cursors.element().key(), first) == 0) {
      Cursor cursor = cursors.remove();
      TierRows.addTo(table, prefix, cursor.row());
      if (cursor.advance()) {
        cursors.add(cursor);
      }
    }
    SeriesTable.Entry[] sorted = table.sorted();
    rows.begin(startMs, prefix, prefix.length);
    for (SeriesTable.Entry entry : sorted) {
      rows.add(entry.series(), entry.stats());
    }
    rows.end();
    listener.onService(startMs, sorted, prefix.length);
  }

  /** The row at hand of one finer window. */
  private static final class Cursor implements AutoCloseable {
    private final KeyValueIterator<Windowed<Bytes>, byte[]> scan;
    private byte[] key = new byte[0];
    private byte[] row = new byte[0];

    Cursor(KeyValueIterator<Windowed<Bytes>, byte[]> scan) {
      this.scan = scan;
    }

    boolean advance() {
      if (!scan.hasNext()) {
        return false;
      }
      KeyValue<Windowed<Bytes>, byte[]> next = scan.next();
      key = next.key.key().get();
      row = next.value;
      return true;
    }

    byte[] key() {
      return key;
    }

    byte[] row() {
      return row;
    }

    @Override
    public void close() {
      scan.close();
    }
  }
}
