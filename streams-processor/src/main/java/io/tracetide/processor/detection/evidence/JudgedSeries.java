package io.tracetide.processor.detection.evidence;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.window.SeriesId;
import java.util.function.ToIntFunction;

/** A series of a tenant, and its episode. */
final class JudgedSeries {
  final SeriesId id;

  /** Partition that aggregates it. */
  final int partition;

  Episode episode = Episode.QUIET;

  /** End of the latest window, in milliseconds; windows of a series come in the order of time. */
  long lastEndMs = Long.MIN_VALUE;

  JudgedSeries(SeriesId id, ToIntFunction<SeriesId> partitionOf) {
    this.id = id;
    this.partition = partitionOf.applyAsInt(id);
  }

  /** Usual lateness at the latest window with spans, in windows. */
  int lag;

  /**
   * Whether a window is later than those that were judged. It is not when the usual lateness of the
   * service has risen: then the windows that were judged come again.
   *
   * @param endMs end of the window
   */
  boolean begin(long endMs) {
    long latest = lastEndMs;
    if (episode instanceof Episode.Open open) {
      latest = Math.max(latest, open.marks().endMs());
    } else if (episode instanceof Episode.Pending pending) {
      latest = Math.max(latest, pending.marks().endMs());
    }
    boolean later = endMs > latest;
    if (later) {
      lastEndMs = endMs;
    }
    return later;
  }
}
