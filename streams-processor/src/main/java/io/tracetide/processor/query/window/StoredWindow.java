package io.tracetide.processor.query.window;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import java.util.Arrays;

/** One window of one series as a store holds it. The statistics are decoded on demand. */
public final class StoredWindow {
  private final SeriesId series;
  private final long startMs;
  private final long closedUpToMs;
  private final byte[] row;
  private final int start;
  private final int length;

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
    this.series = series;
    this.startMs = startMs;
    this.closedUpToMs = closedUpToMs;
    this.row = row;
    this.start = start;
    this.length = length;
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

  /** A copy of the encoded statistics. */
  public byte[] encodedCounts() {
    return Arrays.copyOfRange(row, start, start + length);
  }

  /**
   * Adds the statistics to others, which costs less than to decode them, and returns the revision.
   */
  public int addTo(WindowStats stats) {
    return WindowStatsCodec.addTo(stats, row, start, length);
  }

  /** Decodes the statistics; each call returns a new copy. */
  public WindowStatsCodec.Stored counts() {
    WindowStats stats = new WindowStats();
    return new WindowStatsCodec.Stored(stats, addTo(stats));
  }
}
