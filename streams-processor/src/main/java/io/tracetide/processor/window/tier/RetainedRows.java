package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.RowKey;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;

/** Reads the closed windows of one tier that are still stored. */
public final class RetainedRows {

  private final RowStore store;

  public RetainedRows(RowStore store) {
    this.store = store;
  }

  /** Receives one series in one window. */
  @FunctionalInterface
  public interface Reader {
    void read(SeriesId series, WindowStats stats);
  }

  /** Passes on each series of the window that starts at a time. */
  public void read(long startMs, Reader reader) {
    try (RowStore.Scan rows = store.scan(startMs, startMs + 1)) {
      while (rows.next()) {
        TierRows.read(RowKey.prefix(rows.key()), rows.row(), reader);
      }
    }
  }
}
