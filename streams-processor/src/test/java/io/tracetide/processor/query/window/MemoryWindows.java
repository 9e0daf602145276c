package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Windows held in a list. */
public final class MemoryWindows implements WindowView {
  private record Row(WindowTier tier, SeriesId series, long startMs, byte[] counts) {}

  private final List<Row> rows = new ArrayList<>();
  private OptionalLong closedUpToMs = OptionalLong.empty();
  private List<String> missing = List.of();
  public int reads;

  public MemoryWindows put(
      WindowTier tier, SeriesId series, long startMs, WindowStats stats, int revision) {
    rows.add(new Row(tier, series, startMs, WindowStatsCodec.encode(stats, revision)));
    return this;
  }

  public MemoryWindows closedUpTo(long timeMs) {
    closedUpToMs = OptionalLong.of(timeMs);
    return this;
  }

  public MemoryWindows missing(String... hosts) {
    missing = List.of(hosts);
    return this;
  }

  @Override
  public Coverage read(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    reads++;
    for (Row row : rows) {
      if (row.tier().equals(tier)
          && row.startMs() >= fromMs
          && row.startMs() < toMs
          && scope.includes(row.series())) {
        reader.accept(
            new StoredWindow(
                row.series(), row.startMs(), closedUpToMs.orElse(Long.MIN_VALUE), row.counts()));
      }
    }
    return new Coverage(missing, closedUpToMs, closedUpToMs);
  }

  /** Work with these durations, of which the first {@code failed} failed. */
  public static WindowStats work(int failed, double... micros) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < micros.length; i++) {
      stats.record(micros[i], 1, i < failed);
    }
    return stats;
  }
}
