package io.tracetide.processor.window;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts by window and series. Nearly all work belongs to the window of the work before it. */
public final class PartialTable {

  private final Map<Long, SeriesTable> windows = new TreeMap<>();
  private final Deque<SeriesTable> spare = new ArrayDeque<>();
  private long lastStartMs;
  private @Nullable SeriesTable last;
  private int size;

  /** Receives the counts of one series in one window. */
  @FunctionalInterface
  public interface Visitor {
    void visit(byte[] series, long windowStartMs, WindowStats stats);
  }

  /** The counts of a series in a window, empty ones when it is new. */
  public WindowStats at(byte[] series, int length, long windowStartMs) {
    return at(series, 0, length, windowStartMs);
  }

  /** The counts of a series, whose key lies within an array, in a window. */
  public WindowStats at(byte[] series, int start, int length, long windowStartMs) {
    SeriesTable window = last;
    if (window == null || lastStartMs != windowStartMs) {
      window = windows.computeIfAbsent(windowStartMs, ms -> fresh());
      last = window;
      lastStartMs = windowStartMs;
    }
    int before = window.size();
    WindowStats stats = window.at(series, start, length);
    size += window.size() - before;
    return stats;
  }

  private SeriesTable fresh() {
    @Nullable SeriesTable known = spare.poll();
    return known == null ? new SeriesTable() : known;
  }

  /** Series with counts, each as often as it has windows. */
  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return windows.isEmpty();
  }

  /** By window, oldest first; in no order within one. */
  public void forEach(Visitor visitor) {
    windows.forEach(
        (startMs, window) -> {
          for (int i = 0; i < window.size(); i++) {
            SeriesTable.Entry entry = window.get(i);
            visitor.visit(entry.series(), startMs, entry.stats());
          }
        });
  }

  /** Receives the series of one window. */
  @FunctionalInterface
  public interface WindowVisitor {
    void visit(long windowStartMs, SeriesTable window);
  }

  /** By window, oldest first. */
  public void forEachWindow(WindowVisitor visitor) {
    windows.forEach(visitor::visit);
  }

  /** Forgets all counts. Up to two windows' tables are kept to be filled again. */
  public void clear() {
    for (SeriesTable window : windows.values()) {
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
