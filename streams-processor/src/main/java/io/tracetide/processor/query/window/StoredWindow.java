package io.tracetide.processor.query.window;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One window of one series: as a store holds it, so that the statistics are decoded on demand, or
 * merged from finer and open windows.
 */
public final class StoredWindow {
  private final SeriesId series;
  private final long startMs;
  private final long closedUpToMs;
  private final byte[] row;
  private final int start;
  private final int length;

  /** Null when the statistics are in the row. */
  private final @Nullable WindowStats merged;

  /**
   * A window read from one partition.
   *
   * @param closedUpToMs windows of this partition and tier that end at or before this time are
   *     final
   * @param counts as {@link WindowStatsCodec} wrote them
   */
  public StoredWindow(SeriesId series, long startMs, long closedUpToMs, byte[] counts) {
    this(series, startMs, closedUpToMs, counts, 0, counts.length);
  }

  /**
   * A window of a row with other ones.
   *
   * @param row contains the counts in {@code length} bytes from {@code start} on; not to be changed
   */
  public StoredWindow(
      SeriesId series, long startMs, long closedUpToMs, byte[] row, int start, int length) {
    this(series, startMs, closedUpToMs, row, start, length, null);
  }

  /**
   * A window that was merged for this reader.
   *
   * @param merged not to be changed any more
   */
  public StoredWindow(SeriesId series, long startMs, long closedUpToMs, WindowStats merged) {
    this(series, startMs, closedUpToMs, new byte[0], 0, 0, merged);
  }

  private StoredWindow(
      SeriesId series,
      long startMs,
      long closedUpToMs,
      byte[] row,
      int start,
      int length,
      @Nullable WindowStats merged) {
    this.series = series;
    this.startMs = startMs;
    this.closedUpToMs = closedUpToMs;
    this.row = row;
    this.start = start;
    this.length = length;
    this.merged = merged;
  }

  public SeriesId series() {
    return series;
  }

  public long startMs() {
    return startMs;
  }

  public long closedUpToMs() {
    return closedUpToMs;
  }

  /** The statistics as {@link WindowStatsCodec} writes them. */
  public byte[] encodedCounts() {
    return merged == null
        ? Arrays.copyOfRange(row, start, start + length)
        : WindowStatsCodec.encode(merged, 0);
  }

  /**
   * Adds the statistics to others, which costs less than to decode them, and returns the revision.
   */
  public int addTo(WindowStats stats) {
    if (merged == null) {
      return WindowStatsCodec.addTo(stats, row, start, length);
    }
    stats.merge(merged);
    return 0;
  }

  /** Decodes the statistics; each call returns a new copy. */
  public WindowStatsCodec.Stored counts() {
    WindowStats stats = new WindowStats();
    return new WindowStatsCodec.Stored(stats, addTo(stats));
  }
}
