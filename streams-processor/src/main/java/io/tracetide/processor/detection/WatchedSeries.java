package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.window.SeriesId;
import org.jspecify.annotations.Nullable;

/** A watched series: its history, its episode, and its values in the window being closed. */
final class WatchedSeries {

  final SeriesId id;
  final SeriesHistory past;
  Episode episode = Episode.QUIET;

  /** The first window in which this process observed it. */
  int since = Integer.MIN_VALUE;

  private @Nullable WindowFeatures arrived;

  WatchedSeries(SeriesId id, int slots) {
    this.id = id;
    this.past = new SeriesHistory(slots);
  }

  void arrive(WindowFeatures features) {
    arrived = features;
  }

  /** Removes and returns the values for the window being closed; silence when there are none. */
  WindowFeatures take() {
    WindowFeatures taken = arrived == null ? WindowFeatures.SILENT : arrived;
    arrived = null;
    return taken;
  }

  /** The first window without a row; after a gap, the one that is due. */
  int next(int window, int due) {
    if (past.isEmpty()) {
      return Math.max(since, due);
    }
    int next = past.newest() + 1;
    return next < window - EpisodePolicy.MOST_RECENT ? due : next;
  }

  /** How many windows are known. */
  SeriesProgress progress(DetectionConfig config, long windowMs) {
    return new SeriesProgress(
        id,
        config.engineName(),
        windowMs,
        past.isEmpty() ? 0 : past.age(),
        config.leastWindows(),
        config.bandWindows());
  }

  /** Spans that the series usually finishes in a window. */
  double usualCount(Assessment assessment) {
    Deviation throughput = assessment.deviations().get(Feature.THROUGHPUT);
    return throughput == null ? assessment.seen().count() : Math.expm1(throughput.band().median());
  }
}
