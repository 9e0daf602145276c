package io.tracetide.processor.window;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Base windows of one partition that have not closed, in memory, and how far each tier has closed.
 * One thread counts into them while others ask; whoever does several things that belong together
 * holds the monitor meanwhile.
 */
public final class OpenWindows {

  private final NavigableMap<Long, OpenWindow> windows = new TreeMap<>();
  private final Map<String, Long> closedUpTo = new HashMap<>();
  private @Nullable OpenWindow last;
  private long lastStartMs;
  private int cells;

  /** A series in an open window, with a copy of its counts. */
  public record Open(SeriesId series, long startMs, WindowStats stats) {}

  /**
   * What is open at one moment, and how far the tiers have closed at that moment.
   *
   * @param closedUpTo by the tier's name, milliseconds since the epoch; windows that end then or
   *     before have closed, and are in the tier's store
   */
  public record Snapshot(List<Open> open, Map<String, Long> closedUpTo) {

    /** {@code Long.MIN_VALUE} when no window of the tier has ever closed. */
    public long closedUpTo(WindowTier tier) {
      return closedUpTo.getOrDefault(tier.name(), Long.MIN_VALUE);
    }
  }

  /** Adds partial counts of a series that lie in a block, which is not to be changed any more. */
  public synchronized void add(Series series, long startMs, byte[] block, int countsStart) {
    OpenWindow window = last;
    if (window == null || lastStartMs != startMs) {
      window = windows.computeIfAbsent(startMs, ms -> new OpenWindow());
      last = window;
      lastStartMs = startMs;
    }
    int before = window.size();
    window.add(series, block, countsStart);
    cells += window.size() - before;
  }

  /** Series with counts, each as often as it has open windows. */
  public synchronized int size() {
    return cells;
  }

  /** Start of the oldest window with work; {@code Long.MAX_VALUE} when there is none. */
  public synchronized long oldestMs() {
    return windows.isEmpty() ? Long.MAX_VALUE : windows.firstKey();
  }

  public synchronized int count() {
    return windows.size();
  }

  /** Takes a window out, now that its counts are in the store. */
  public synchronized void remove(long startMs) {
    @Nullable OpenWindow window = windows.remove(startMs);
    cells -= window == null ? 0 : window.size();
    last = null;
  }

  /** The series of a window; null when it has no work. */
  public synchronized @Nullable OpenWindow window(long startMs) {
    return windows.get(startMs);
  }

  /** Notes that the windows of a tier that end at a time or before have closed. */
  public synchronized void closed(WindowTier tier, long upToMs) {
    closedUpTo.put(tier.name(), upToMs);
  }

  /** {@code Long.MIN_VALUE} when no window of the tier has ever closed. */
  public synchronized long closedUpTo(WindowTier tier) {
    return closedUpTo.getOrDefault(tier.name(), Long.MIN_VALUE);
  }

  /** Copies what is open and wanted; windows that start in [fromMs, toMs). */
  public synchronized Snapshot snapshot(long fromMs, long toMs, Predicate<SeriesId> wanted) {
    List<Open> open = new ArrayList<>();
    if (fromMs < toMs) {
      windows
          .subMap(fromMs, toMs)
          .forEach(
              (startMs, window) -> {
                for (int i = 0; i < window.size(); i++) {
                  Series series = window.get(i);
                  SeriesId id = series.id();
                  if (wanted.test(id)) {
                    WindowStats stats = new WindowStats();
                    window.addTo(stats, series);
                    open.add(new Open(id, startMs, stats));
                  }
                }
              });
    }
    return new Snapshot(open, Map.copyOf(closedUpTo));
  }

  public synchronized void clear() {
    windows.clear();
    closedUpTo.clear();
    last = null;
    cells = 0;
  }
}
