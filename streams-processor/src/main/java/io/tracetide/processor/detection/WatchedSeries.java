package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Episode;
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

  /** Spans that the series usually finishes in a window. */
  double usualCount(Assessment assessment) {
    Deviation throughput = assessment.deviations().get(Feature.THROUGHPUT);
    return throughput == null ? assessment.seen().count() : Math.expm1(throughput.band().median());
  }
}
