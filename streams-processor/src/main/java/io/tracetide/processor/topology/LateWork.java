package io.tracetide.processor.topology;

import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.SeriesTable;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.util.Arrays;
import java.util.List;

/** Work that came after its window had closed, gathered until the next commit. */
final class LateWork {

  private final PartialTable windows = new PartialTable();

  /** Receives the late work of one service in one window of a tier. */
  @FunctionalInterface
  interface Revision {
    void revise(long startMs, List<SeriesTable.Entry> late, int prefix);
  }

  /** Counts of a series in a base window, to be added to. */
  WindowStats at(byte[] bytes, int start, int length, long startMs) {
    return windows.at(bytes, start, length, startMs);
  }

  boolean isEmpty() {
    return windows.isEmpty();
  }

  /** Hands out the late work in windows of a tier that have closed and are still kept. */
  void revise(WindowTier tier, long closedUpTo, long keptFromMs, Revision revision) {
    PartialTable coarse = new PartialTable();
    windows.forEach(
        (series, baseStartMs, stats) -> {
          long startMs = tier.windowStart(baseStartMs);
          long endMs = startMs + tier.sizeMs();
          if (endMs <= closedUpTo && endMs > keptFromMs) {
            coarse.at(series, series.length, startMs).merge(stats);
          }
        });
    coarse.forEachWindow((startMs, window) -> reviseServices(startMs, window, revision));
  }

  private static void reviseServices(long startMs, SeriesTable window, Revision revision) {
    SeriesTable.eachService(
        window.sorted(),
        (sorted, from, to, prefix) ->
            revision.revise(startMs, Arrays.asList(sorted).subList(from, to), prefix));
  }

  void clear() {
    windows.clear();
  }
}
