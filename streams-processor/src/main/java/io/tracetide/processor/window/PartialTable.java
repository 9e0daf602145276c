package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Work by window and series. Nearly all work belongs to the window of the work before it. */
public final class PartialTable {

  private final Map<Long, WorkTable> windows = new TreeMap<>();
  private final Deque<WorkTable> spare = new ArrayDeque<>();
  private long lastStartMs;
  private @Nullable WorkTable last;
  private int size;

  /** Receives the series of one window. */
  @FunctionalInterface
  public interface Visitor {
    void visit(long windowStartMs, WorkTable window);
  }

  /** The counts of a series in a window, to be added to; empty ones when it is new. */
  public WindowStats at(byte[] series, int length, long windowStartMs) {
    WorkTable window = window(windowStartMs);
    int before = window.size();
    WindowStats stats = window.at(series, 0, length);
    size += window.size() - before;
    return stats;
  }

  /**
   * Counts one piece of work of weight 1, and offers its trace as an example.
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
    WorkTable window = window(windowStartMs);
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
    @Nullable WorkTable window = lastStartMs == windowStartMs ? last : windows.get(windowStartMs);
    return window == null ? 0 : window.fetch(hash);
  }

  private WorkTable window(long startMs) {
    WorkTable window = last;
    if (window == null || lastStartMs != startMs) {
      window = windows.computeIfAbsent(startMs, ms -> fresh());
      last = window;
      lastStartMs = startMs;
    }
    return window;
  }

  private WorkTable fresh() {
    @Nullable WorkTable known = spare.poll();
    return known == null ? new WorkTable() : known;
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
    for (WorkTable window : windows.values()) {
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
