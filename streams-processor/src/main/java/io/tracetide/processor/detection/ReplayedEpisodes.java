package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.ConfidenceBasis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the episodes of a detector that runs over recorded windows; there is nothing to restore.
 */
public final class ReplayedEpisodes implements DetectorOutput.Unsaved {

  /**
   * An episode that was found.
   *
   * @param anomalyId id of its anomaly
   * @param startWindow window in which it opened
   * @param endWindow last window before the quiet ones that ended it
   * @param peak greatest deviation
   * @param opening confidence of the first record, 0 to 1
   * @param confidence confidence of the last record
   * @param basis what the confidence of the last record is
   */
  public record Found(
      String anomalyId,
      SeriesId series,
      AnomalyKind kind,
      long startWindow,
      long endWindow,
      double peak,
      double opening,
      double confidence,
      ConfidenceBasis basis) {}

  /**
   * An episode that has not ended.
   *
   * @param latest its latest record
   * @param opening confidence of its first record
   */
  private record Unresolved(Finding latest, double opening) {}

  private final long windowMs;
  private final int closeAfter;
  private final List<Found> ended = new ArrayList<>();
  private final Map<SeriesId, Unresolved> open = new HashMap<>();
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
    open.values().forEach(unresolved -> all.add(found(unresolved, window)));
    return all;
  }

  /** Removes and returns the findings that were published since the last call. */
  public List<Finding> takePublished() {
    List<Finding> taken = List.copyOf(published);
    published.clear();
    return taken;
  }

  private Found found(Unresolved unresolved, long endWindow) {
    Finding finding = unresolved.latest();
    Episode.Open episode = finding.change().episode();
    long start = episode.openedAtMs() / windowMs - 1;
    return new Found(
        finding.anomalyId(),
        finding.series(),
        episode.kind(),
        start,
        Math.max(start, endWindow),
        episode.height().excess(),
        unresolved.opening(),
        episode.confidence(),
        finding.basis());
  }

  @Override
  public void publish(Finding finding) {
    published.add(finding);
    Unresolved before = open.get(finding.series());
    double opening = before == null ? finding.change().episode().confidence() : before.opening();
    Unresolved latest = new Unresolved(finding, opening);
    if (finding.change() instanceof Change.Resolved) {
      open.remove(finding.series());
      ended.add(found(latest, window - closeAfter));
    } else {
      open.put(finding.series(), latest);
    }
  }

  @Override
  public boolean isPublished(Finding finding) {
    return true;
  }
}
