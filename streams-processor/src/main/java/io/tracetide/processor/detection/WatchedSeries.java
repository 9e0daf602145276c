package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.window.SeriesId;
import org.jspecify.annotations.Nullable;

/** One series under watch: its past, where it stands, and its part in the window being closed. */
final class WatchedSeries {

  final SeriesId id;
  final SeriesHistory past;
  Episode episode = Episode.QUIET;

  /** The first window in which it was seen, as far as it was in this process. */
  int since = Integer.MIN_VALUE;

  private @Nullable WindowFeatures arrived;

  WatchedSeries(SeriesId id, int slots) {
    this.id = id;
    this.past = new SeriesHistory(slots);
  }

  void arrive(WindowFeatures features) {
    arrived = features;
  }

  /** What arrived for the window being closed; silence when nothing did. */
  WindowFeatures take() {
    WindowFeatures taken = arrived == null ? WindowFeatures.SILENT : arrived;
    arrived = null;
    return taken;
  }

  /** The work that the series usually finishes in a window. */
  double usualCount(Assessment assessment) {
    Deviation throughput = assessment.deviations().get(Feature.THROUGHPUT);
    return throughput == null ? assessment.seen().count() : Math.expm1(throughput.band().median());
  }
}
