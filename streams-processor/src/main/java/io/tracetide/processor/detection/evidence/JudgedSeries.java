package io.tracetide.processor.detection.evidence;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.window.SeriesId;

/** A series of a tenant, and its episode. */
final class JudgedSeries {
  final SeriesId id;
  Episode episode = Episode.QUIET;

  /** End of the latest window, in milliseconds; windows of a series come in the order of time. */
  long lastEndMs = Long.MIN_VALUE;

  JudgedSeries(SeriesId id) {
    this.id = id;
  }

  /**
   * The end of the next window.
   *
   * @param endMs end of the window by the usual lateness of the service, which may have changed
   */
  long next(long endMs, long windowMs) {
    long latest = lastEndMs;
    if (episode instanceof Episode.Open open) {
      latest = Math.max(latest, open.marks().endMs());
    } else if (episode instanceof Episode.Pending pending) {
      latest = Math.max(latest, pending.marks().endMs());
    }
    lastEndMs = latest == Long.MIN_VALUE ? endMs : Math.max(endMs, latest + windowMs);
    return lastEndMs;
  }
}
