package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Partial counts by window and series. Most spans belong to the window of the span before them. */
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

  /** The counts of a series in a window, to be added to; empty ones when it is new. */
  public WindowStats at(byte[] series, int length, long windowStartMs) {
    PartialCounts window = window(windowStartMs);
    int before = window.size();
    WindowStats stats = window.at(series, 0, length);
    size += window.size() - before;
    return stats;
  }

  /**
   * Counts one span of weight 1, and offers its trace as an example.
   *
   * @param value finite
   * @param from holds the trace's id in UTF-8
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
   * Asks memory for the counts of a series in a window, see {@link KeyTable#fetch}.
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

  /** Series with counts, each as often as it has windows. */
  public int size() {
    return size;
  }

  /** By window, oldest first. */
  public void forEach(Visitor visitor) {
    windows.forEach(visitor::visit);
  }

  /** Forgets all counts. Up to two windows' tables are kept to be filled again. */
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
