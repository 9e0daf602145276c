package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Partial counts by window and series. Caches the last window, which most spans belong to. */
public final class PartialTable {

  private final Map<Long, PartialCounts> windows = new TreeMap<>();
  private final Deque<PartialCounts> spare = new ArrayDeque<>();
  private long lastStartMs;
  private @Nullable PartialCounts last;
  private int size;

  /** Receives the series of one window. */
  @FunctionalInterface
  public interface Visitor {
    void visit(long windowStartMs, PartialCounts window);
  }

  /** The mutable counts of a series in a window; empty ones when it is new. */
  public WindowStats at(byte[] series, int length, long windowStartMs) {
    PartialCounts window = window(windowStartMs);
    int before = window.size();
    WindowStats stats = window.at(series, 0, length);
    size += window.size() - before;
    return stats;
  }

  /**
   * Counts one span of weight 1, and offers its trace as an exemplar.
   *
   * @param value finite
   * @param from contains the trace id in UTF-8
   */
  public void record(
      byte[] series,
      int length,
      long windowStartMs,
      double value,
      boolean failed,
      byte[] from,
      int traceStart,
      int traceLength) {
    PartialCounts window = window(windowStartMs);
    int before = window.size();
    window.record(series, 0, length, value, failed, from, traceStart, traceLength);
    size += window.size() - before;
  }

  /**
   * Prefetches the counts of a series in a window, see {@link KeyTable#fetch}.
   *
   * @param hash of its key, see {@link KeyTable#hash}
   */
  public int fetch(int hash, long windowStartMs) {
    @Nullable PartialCounts window =
        lastStartMs == windowStartMs ? last : windows.get(windowStartMs);
    return window == null ? 0 : window.fetch(hash);
  }

  private PartialCounts window(long startMs) {
    PartialCounts window = last;
    if (window == null || lastStartMs != startMs) {
      window = windows.computeIfAbsent(startMs, ms -> fresh());
      last = window;
      lastStartMs = startMs;
    }
    return window;
  }

  private PartialCounts fresh() {
    @Nullable PartialCounts known = spare.poll();
    return known == null ? new PartialCounts() : known;
  }

  /** Number of series in all windows; a series in two windows counts twice. */
  public int size() {
    return size;
  }

  /** Visits the windows, oldest first. */
  public void forEach(Visitor visitor) {
    windows.forEach(visitor::visit);
  }

  /** Removes all counts. The tables of up to two windows are kept for reuse. */
  public void clear() {
    for (PartialCounts window : windows.values()) {
      if (spare.size() < 2) {
        window.clear();
        spare.add(window);
      }
    }
    windows.clear();
    last = null;
    size = 0;
  }
}
