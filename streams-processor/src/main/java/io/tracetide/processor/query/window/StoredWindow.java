package io.tracetide.processor.query.window;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStatsCodec;

/** One window of one series as a store holds it. The statistics are decoded on demand. */
public final class StoredWindow {
  private final SeriesId series;
  private final long startMs;
  private final long closedUpToMs;
  private final byte[] counts;

  /**
   * A window read from one partition.
   *
   * @param closedUpToMs windows of this partition and tier that end at or before this time are
   *     final
   * @param counts as {@link WindowStatsCodec} wrote them
   */
  public StoredWindow(SeriesId series, long startMs, long closedUpToMs, byte[] counts) {
    this.series = series;
    this.startMs = startMs;
    this.closedUpToMs = closedUpToMs;
    this.counts = counts;
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

  /** The encoded statistics, not copied; not to be changed. */
  public byte[] encodedCounts() {
    return counts;
  }

  /** Decodes the statistics; each call returns a new copy. */
  public WindowStatsCodec.Stored counts() {
    return WindowStatsCodec.decode(counts);
  }
}
