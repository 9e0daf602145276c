package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.SeriesTable;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Partial counts that arrived after their window had closed, buffered until the next commit. */
final class LateSpans {

  private final Map<Long, SeriesTable> windows = new TreeMap<>();
  private final Map<ServiceWindow, Integer> lateness = new HashMap<>();

  private record ServiceWindow(ByteBuffer service, long startMs) {}

  /** Called for each service and window of a tier that was revised. */
  @FunctionalInterface
  interface Listener {

    /**
     * One service.
     *
     * @param service all its series in that window
     * @param prefix number of bytes of tenant and service in their keys
     */
    void revised(long startMs, TierRows.Revised service, int prefix);
  }

  /** Receives the late spans of a series in a base window. */
  @FunctionalInterface
  interface Reader {
    void read(long startMs, byte[] series, WindowStats stats);
  }

  /** Reads all late spans, window by window. */
  void each(Reader reader) {
    windows.forEach(
        (startMs, window) -> {
          for (int i = 0; i < window.size(); i++) {
            reader.read(startMs, window.get(i).series(), window.get(i).stats());
          }
        });
  }

  /** The mutable counts of a series in a base window. */
  WindowStats at(byte[] series, long startMs) {
    return at(windows, series, startMs);
  }

  /**
   * Records the lateness of spans of a service.
   *
   * @param windows number of windows since the end of their own, by the event time of their input
   */
  void observe(byte[] series, int prefix, long startMs, int windows) {
    lateness.merge(of(series, prefix, startMs), windows, Math::max);
  }

  /**
   * Lateness of the latest span of a service, in windows; 0 when it was in time within its own
   * input.
   */
  int lateness(byte[] series, int prefix, long startMs) {
    return Math.max(0, lateness.getOrDefault(of(series, prefix, startMs), 0));
  }

  private static ServiceWindow of(byte[] series, int prefix, long startMs) {
    return new ServiceWindow(ByteBuffer.wrap(Arrays.copyOf(series, prefix)), startMs);
  }

  private static WindowStats at(Map<Long, SeriesTable> windows, byte[] series, long startMs) {
    return windows.computeIfAbsent(startMs, ms -> new SeriesTable()).at(series, 0, series.length);
  }

  boolean isEmpty() {
    return windows.isEmpty();
  }

  /** Adds the late spans to the rows of windows of a tier that have closed and are still kept. */
  void revise(TierRows rows, long closedUpTo, long keptFromMs, Listener listener) {
    WindowTier tier = rows.tier();
    Map<Long, SeriesTable> closed = new TreeMap<>();
    windows.forEach(
        (baseStartMs, window) -> {
          long startMs = tier.windowStart(baseStartMs);
          long endMs = startMs + tier.sizeMs();
          if (endMs <= closedUpTo && endMs > keptFromMs) {
            for (int i = 0; i < window.size(); i++) {
              SeriesTable.Entry entry = window.get(i);
              at(closed, entry.series(), startMs).merge(entry.stats());
            }
          }
        });
    closed.forEach(
        (startMs, window) ->
            SeriesTable.eachService(
                window.sorted(),
                (sorted, from, to, prefix) -> {
                  List<SeriesTable.Entry> late = Arrays.asList(sorted).subList(from, to);
                  listener.revised(startMs, rows.revise(startMs, late, prefix), prefix);
                }));
  }

  void clear() {
    windows.clear();
    lateness.clear();
  }
}
