package io.tracetide.standalone.evaluate;

import io.tracetide.processor.detection.ReplayedEpisodes;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.standalone.evaluate.WindowTable.Series;
import java.util.Locale;

/**
 * An episode that a detector found.
 *
 * @param startWindow window in which it opened
 * @param endWindow last window that belongs to it
 * @param peak greatest evidence or score
 * @param channel latency, throughput or errors
 */
record FoundEpisode(Series series, long startWindow, long endWindow, double peak, String channel) {

  static FoundEpisode of(ReplayedEpisodes.Found episode) {
    boolean errors = episode.kind() == AnomalyKind.ERROR_RATE;
    return new FoundEpisode(
        new Series(episode.series().service(), episode.series().operation()),
        episode.startWindow(),
        episode.endWindow(),
        episode.peak(),
        errors ? "errors" : episode.kind().name().toLowerCase(Locale.ROOT));
  }
}
