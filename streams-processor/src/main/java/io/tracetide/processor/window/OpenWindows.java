package io.tracetide.processor.window;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Base windows of one partition that have not closed, in memory, and the time up to which each tier
 * has closed. One thread adds counts while others read; a caller of several methods that must be
 * atomic holds the monitor.
 */
public final class OpenWindows {

  private final NavigableMap<Long, OpenWindow> windows = new TreeMap<>();
  private final Map<String, Long> closedUpTo = new HashMap<>();
  private @Nullable OpenWindow last;
  private long lastStartMs;
  private int cells;

  /** Series with new counts; null while they are not followed. */
  private @Nullable TouchedSeries touched;

  /** Receives the counts of one series in one window. */
  @FunctionalInterface
  public interface ChangeReader {

    /**
     * The state of a window.
     *
     * @param series as {@link SeriesCodec} writes it
     * @param counts as {@link WindowStatsCodec} writes them
     * @param closedUpToMs time up to which windows have closed; {@code Long.MIN_VALUE} when none
     *     has
     */
    void read(byte[] series, long startMs, byte[] counts, long closedUpToMs);
  }

  /** Selects series. It is called for each open series while the task waits. */
  public interface Filter {

    /**
     * Whether the series of a service may be wanted. Most are not, and are not decoded then.
     *
     * @param key as {@link SeriesCodec} writes it
     * @param prefix number of bytes of tenant and service in it
     */
    boolean mayInclude(byte[] key, int prefix);

    /** The series under which a series is counted; null when it is not wanted. */
    @Nullable SeriesId countedAs(SeriesId series);
  }

  /** A series in an open window, with a copy of its counts. */
  public record Open(SeriesId series, long startMs, WindowStats stats) {}

  /**
   * A consistent copy of the open windows and of the times up to which the tiers have closed.
   *
   * @param closedUpTo time by the tier's name, milliseconds since the epoch; windows that end at or
   *     before it have closed, and are in the tier's store
   */
  public record Snapshot(List<Open> open, Map<String, Long> closedUpTo) {

    /** {@code Long.MIN_VALUE} when no window of the tier has ever closed. */
    public long closedUpTo(WindowTier tier) {
      return closedUpTo.getOrDefault(tier.name(), Long.MIN_VALUE);
    }
  }

  /** Adds partial counts of a series within a block, which must not be changed any more. */
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
    TouchedSeries following = touched;
    if (following != null) {
      following.touch(series, startMs, window);
    }
  }

  /** Number of series in all open windows; a series in two windows counts twice. */
  public synchronized int size() {
    return cells;
  }

  /** Start of the oldest open window; {@code Long.MAX_VALUE} when there is none. */
  public synchronized long oldestMs() {
    return windows.isEmpty() ? Long.MAX_VALUE : windows.firstKey();
  }

  public synchronized int count() {
    return windows.size();
  }

  /** Removes a window whose counts are in the store. */
  public synchronized void remove(long startMs) {
    @Nullable OpenWindow window = windows.remove(startMs);
    cells -= window == null ? 0 : window.size();
    last = null;
    if (touched != null) {
      touched.remove(startMs);
    }
  }

  /** An open window; null when it has no counts. */
  public synchronized @Nullable OpenWindow window(long startMs) {
    return windows.get(startMs);
  }

  /** Marks the windows of a tier that end at or before a time as closed. */
  public synchronized void closed(WindowTier tier, long upToMs) {
    closedUpTo.put(tier.name(), upToMs);
  }

  /** {@code Long.MIN_VALUE} when no window of the tier has ever closed. */
  public synchronized long closedUpTo(WindowTier tier) {
    return closedUpTo.getOrDefault(tier.name(), Long.MIN_VALUE);
  }

  /** Copies the wanted series of the windows that start in [fromMs, toMs). */
  public synchronized Snapshot snapshot(long fromMs, long toMs, Filter wanted) {
    List<Open> open = new ArrayList<>();
    if (fromMs < toMs) {
      windows
          .subMap(fromMs, toMs)
          .forEach(
              (startMs, window) ->
                  copy(window, wanted)
                      .forEach((series, stats) -> open.add(new Open(series, startMs, stats))));
    }
    return new Snapshot(open, Map.copyOf(closedUpTo));
  }

  private static Map<SeriesId, WindowStats> copy(OpenWindow window, Filter wanted) {
    Map<SeriesId, WindowStats> copied = new HashMap<>();
    for (int i = 0; i < window.size(); i++) {
      Series series = window.get(i);
      if (wanted.mayInclude(series.key(), series.prefix())) {
        @Nullable SeriesId countedAs = wanted.countedAs(series.id());
        if (countedAs != null) {
          window.addTo(copied.computeIfAbsent(countedAs, first -> new WindowStats()), series);
        }
      }
    }
    return copied;
  }

  /** Begins or ends to note the series that get new counts. */
  public synchronized void follow(boolean following) {
    if (following != (touched != null)) {
      touched = following ? new TouchedSeries() : null;
    }
  }

  /**
   * Passes the series of open windows that have new counts since the last call to the reader, and
   * the merges of the operations of their services.
   *
   * @param base tier of the open windows
   * @param most number of series after which it ends; the rest is left for the next call
   */
  public synchronized void takeTouched(WindowTier base, int most, ChangeReader reader) {
    TouchedSeries following = touched;
    if (following != null) {
      long closed = closedUpTo(base);
      following.take(
          most, windows, (series, startMs, counts) -> reader.read(series, startMs, counts, closed));
    }
  }

  public synchronized void clear() {
    windows.clear();
    closedUpTo.clear();
    last = null;
    cells = 0;
    if (touched != null) {
      touched.clear();
    }
  }
}
