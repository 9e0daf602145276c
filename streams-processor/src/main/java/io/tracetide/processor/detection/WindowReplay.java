package io.tracetide.processor.detection;

import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the {@link AnomalyDetector} over recorded windows, whose spans are never late. */
public final class WindowReplay {
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final AnomalyDetector detector;
  private final ReplayedEpisodes episodes;

  public WindowReplay(DetectionConfig config) {
    this.detector = new AnomalyDetector(config, WINDOW, Duration.ZERO);
    this.episodes = new ReplayedEpisodes(WINDOW.toMillis(), config.closeAfter());
  }

  /**
   * Evaluates one window. A series that is missing had no spans.
   *
   * @param window its number; above that of the window before
   */
  public void evaluate(long window, Map<SeriesId, WindowFeatures> features) {
    features.forEach(detector::observe);
    episodes.begin(window);
    detector.complete(window * WINDOW.toMillis(), RecentWindows.NONE, episodes);
  }

  /** The episodes so far, also those that are open. */
  public List<ReplayedEpisodes.Found> episodes() {
    return episodes.found();
  }
}
