package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the episodes of a detector that runs over recorded windows; there is nothing to restore.
 */
public final class ReplayedEpisodes implements DetectorOutput {

  /**
   * An episode that was found.
   *
   * @param anomalyId id of its anomaly
   * @param startWindow window in which it opened
   * @param endWindow last window before the quiet ones that ended it
   * @param peak greatest score, or greatest evidence of the channel
   */
  public record Found(
      String anomalyId,
      SeriesId series,
      AnomalyKind kind,
      long startWindow,
      long endWindow,
      double peak) {}

  private final long windowMs;
  private final int closeAfter;
  private final List<Found> ended = new ArrayList<>();
  private final Map<SeriesId, Finding> open = new HashMap<>();
  private final List<Finding> published = new ArrayList<>();
  private long window;

  /**
   * Starts without episodes.
   *
   * @param windowMs length of the windows
   * @param closeAfter quiet windows that end an episode
   */
  public ReplayedEpisodes(long windowMs, int closeAfter) {
    this.windowMs = windowMs;
    this.closeAfter = closeAfter;
  }

  /** Begins a window. */
  public void begin(long number) {
    window = number;
  }

  /** The episodes so far, also those that are open. */
  public List<Found> found() {
    List<Found> all = new ArrayList<>(ended);
    open.values().forEach(finding -> all.add(found(finding, window)));
    return all;
  }

  /** Removes and returns the findings that were published since the last call. */
  public List<Finding> takePublished() {
    List<Finding> taken = List.copyOf(published);
    published.clear();
    return taken;
  }

  private Found found(Finding finding, long endWindow) {
    Episode.Open episode = finding.change().episode();
    long start = episode.openedAtMs() / windowMs - 1;
    return new Found(
        finding.anomalyId(),
        finding.series(),
        episode.kind(),
        start,
        Math.max(start, endWindow),
        episode.height().excess());
  }

  @Override
  public void saveRow(SeriesId series, long startMs, byte[] row) {}

  @Override
  public void saveEpisode(EpisodeSubject subject, Episode episode) {}

  @Override
  public void saveState(EpisodeSubject subject, byte @Nullable [] state) {}

  @Override
  public void publish(Finding finding) {
    published.add(finding);
    if (finding.change() instanceof Change.Resolved) {
      open.remove(finding.series());
      ended.add(found(finding, window - closeAfter));
    } else {
      open.put(finding.series(), finding);
    }
  }

  @Override
  public boolean isPublished(Finding finding) {
    return true;
  }
}
