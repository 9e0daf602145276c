package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.RetainedRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The closed windows of a tier that are stored, from which a detector that knows nothing learns, so
 * that it need not wait for new ones. It finds no anomalies in them.
 */
final class StoredWindows {

  /** Values that are learned at most: some seconds of processor time. */
  static final int MOST_LEARNED = 10_000;

  /** Series that are read at most, also of those that the detector does not watch. */
  private static final int MOST_READ = 200_000;

  private final WindowTier tier;
  private final RetainedRows rows;

  StoredWindows(WindowTier tier, RetainedRows rows) {
    this.tier = tier;
    this.rows = rows;
  }

  /** A series in a window. */
  private record Seen(SeriesId series, WindowStats stats) {}

  /**
   * Lets a detector evaluate the latest windows before one, oldest first. Its rows and its state
   * are saved, and nothing is published. It must be replaced by one that is restored from them,
   * because it has episodes that were not published.
   *
   * @param beforeMs start of the window
   */
  void teach(WindowDetector detector, long beforeMs, DetectorOutput output) {
    Deque<List<Seen>> windows = latest(detector, beforeMs);
    long startMs = beforeMs - windows.size() * tier.sizeMs();
    for (List<Seen> all : windows) {
      TierWindow window = new TierWindow(tier, startMs);
      all.forEach(seen -> detector.observe(seen.series, window, seen.stats));
      detector.complete(window, RecentWindows.NONE, new Learning(output));
      startMs += tier.sizeMs();
    }
  }

  /** The latest windows from the first one with watched series on. */
  private Deque<List<Seen>> latest(WindowDetector detector, long beforeMs) {
    Deque<List<Seen>> windows = new ArrayDeque<>();
    int[] read = new int[1];
    int learned = 0;
    long startMs = beforeMs - tier.sizeMs();
    long oldestMs = beforeMs - tier.retentionMs();
    while (startMs >= oldestMs && learned < MOST_LEARNED && read[0] < MOST_READ) {
      List<Seen> all = new ArrayList<>();
      rows.read(
          startMs,
          (series, stats) -> {
            read[0]++;
            if (detector.watches(series, tier)) {
              all.add(new Seen(series, stats));
            }
          });
      learned += all.size();
      windows.addFirst(all);
      startMs -= tier.sizeMs();
    }
    while (!windows.isEmpty() && windows.getFirst().isEmpty()) {
      windows.removeFirst();
    }
    return windows;
  }

  /** Saves what is learned, and nothing else. */
  private record Learning(DetectorOutput output) implements DetectorOutput {
    @Override
    public void saveRow(SeriesId series, long startMs, byte[] row) {
      output.saveRow(series, startMs, row);
    }

    @Override
    public void saveState(EpisodeSubject subject, byte @Nullable [] state) {
      output.saveState(subject, state);
    }

    @Override
    public void saveEpisode(EpisodeSubject subject, Episode episode) {}

    @Override
    public void publish(Finding finding) {}

    @Override
    public boolean isPublished(Finding finding) {
      return false;
    }
  }
}
