package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the {@link AnomalyDetector} over recorded windows, whose spans are never late. */
public final class WindowReplay {
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /**
   * An episode that was found.
   *
   * @param startWindow window in which it opened
   * @param endWindow last window before the quiet ones that ended it
   * @param peak greatest score
   */
  public record Found(
      SeriesId series, AnomalyKind kind, long startWindow, long endWindow, double peak) {}

  private final AnomalyDetector detector;
  private final int closeAfter;
  private final Collector collector = new Collector();

  public WindowReplay(DetectionConfig config) {
    this.detector = new AnomalyDetector(config, WINDOW, Duration.ZERO);
    this.closeAfter = config.closeAfter();
  }

  /**
   * Evaluates one window. A series that is missing had no spans.
   *
   * @param window its number; above that of the window before
   */
  public void evaluate(long window, Map<SeriesId, WindowFeatures> features) {
    features.forEach(detector::observe);
    collector.window = window;
    detector.complete(window * WINDOW.toMillis(), RecentWindows.NONE, collector);
  }

  /** The episodes so far, also those that are open. */
  public List<Found> episodes() {
    List<Found> all = new ArrayList<>(collector.ended);
    collector.open.forEach((series, open) -> all.add(found(series, open, collector.window)));
    return all;
  }

  private static Found found(SeriesId series, Episode.Open open, long endWindow) {
    long start = open.openedAtMs() / WINDOW.toMillis() - 1;
    return new Found(
        series, open.kind(), start, Math.max(start, endWindow), open.height().excess());
  }

  /** Keeps the episodes; there is nothing to restore. */
  private final class Collector implements DetectorOutput {
    private final List<Found> ended = new ArrayList<>();
    private final Map<SeriesId, Episode.Open> open = new HashMap<>();
    private long window;

    @Override
    public void saveRow(SeriesId series, long startMs, byte[] row) {}

    @Override
    public void saveEpisode(EpisodeSubject subject, Episode episode) {}

    @Override
    public void saveState(EpisodeSubject subject, byte @Nullable [] state) {}

    @Override
    public void publish(Finding finding) {
      Change.Reported change = finding.change();
      if (change instanceof Change.Resolved resolved) {
        open.remove(finding.series());
        ended.add(found(finding.series(), resolved.episode(), window - closeAfter));
      } else {
        open.put(finding.series(), change.episode());
      }
    }

    @Override
    public boolean isPublished(Finding finding) {
      return true;
    }
  }
}
