package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Windows held in a list. */
public final class MemoryWindows implements WindowView {
  private record Row(WindowTier tier, SeriesId series, long startMs, byte[] counts) {}

  private final List<Row> rows = new ArrayList<>();
  private OptionalLong closedUpToMs = OptionalLong.empty();
  private List<String> missing = List.of();
  private boolean failing;
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

  /** Lets the next read fail. */
  public void failOnce() {
    failing = true;
  }

  /** Windows of a tier without any are merged from those of the finer ones, as stores are. */
  @Override
  public Coverage read(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    reads++;
    if (failing) {
      failing = false;
      throw StoresUnavailableException.unassigned();
    }
    boolean merged = rows.stream().noneMatch(row -> row.tier().equals(tier));
    Map<SeriesId, Map<Long, WindowStats>> windows = new LinkedHashMap<>();
    for (Row row : rows) {
      long startMs = tier.windowStart(row.startMs());
      if (startMs < fromMs || startMs >= toMs || !scope.includes(row.series())) {
        continue;
      }
      if (row.tier().equals(tier)) {
        pass(row.series(), startMs, row.counts(), reader);
      } else if (merged && row.tier().size().compareTo(tier.size()) < 0) {
        WindowStats stats =
            windows
                .computeIfAbsent(row.series(), series -> new LinkedHashMap<>())
                .computeIfAbsent(startMs, start -> new WindowStats());
        WindowStatsCodec.addTo(stats, row.counts(), 0, row.counts().length);
      }
    }
    windows.forEach(
        (series, starts) ->
            starts.forEach(
                (startMs, stats) ->
                    pass(series, startMs, WindowStatsCodec.encode(stats, 0), reader)));
    return new Coverage(missing, closedUpToMs, closedUpToMs);
  }

  private void pass(SeriesId series, long startMs, byte[] counts, Consumer<StoredWindow> reader) {
    reader.accept(new StoredWindow(series, startMs, closedUpToMs.orElse(Long.MIN_VALUE), counts));
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
