package io.tracetide.processor.query.window;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Merges the operations of each service in each window. */
final class Totals implements Consumer<StoredWindow> {
  private final Map<Key, Total> totals = new LinkedHashMap<>();

  private record Key(SeriesId service, long startMs) {}

  private static final class Total {
    private final WindowStats stats = new WindowStats();
    private int revision;
    private long closedUpToMs = Long.MAX_VALUE;
  }

  @Override
  public void accept(StoredWindow window) {
    if (window.series().isLatency()) {
      Key key = new Key(window.series().ofService(), window.startMs());
      Total total = totals.computeIfAbsent(key, first -> new Total());
      total.revision += window.addTo(total.stats);
      total.closedUpToMs = Math.min(total.closedUpToMs, window.closedUpToMs());
    }
  }

  /** Passes on the totals. */
  void pass(Consumer<StoredWindow> reader) {
    totals.forEach(
        (key, total) ->
            reader.accept(
                new StoredWindow(
                    key.service(),
                    key.startMs(),
                    total.closedUpToMs,
                    WindowStatsCodec.encode(total.stats, total.revision))));
  }
}
