package io.tracetide.standalone.evaluate;

import io.tracetide.processor.detection.ReplayedEpisodes;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.ConfidenceBasis;
import io.tracetide.schemas.Incident;
import io.tracetide.standalone.evaluate.WindowTable.Series;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An episode that a detector found.
 *
 * @param startWindow window in which it opened
 * @param endWindow last window that belongs to it
 * @param peak greatest deviation: of detection by evidence a share from 0 to 1, otherwise in scales
 *     of the band
 * @param channel latency, throughput or errors
 * @param opening confidence at the opening, 0 to 1
 * @param confidence confidence at the end
 * @param basis what it is: calibrated or rank
 * @param incident its incident; null when the detector's anomalies are not linked
 */
public record FoundEpisode(
    Series series,
    long startWindow,
    long endWindow,
    double peak,
    String channel,
    double opening,
    double confidence,
    String basis,
    @Nullable Incident incident) {

  /** Basis of a confidence that is a probability. */
  static final String CALIBRATED = "calibrated";

  static FoundEpisode of(ReplayedEpisodes.Found episode, @Nullable Incident incident) {
    boolean errors = episode.kind() == AnomalyKind.ERROR_RATE;
    return new FoundEpisode(
        new Series(episode.series().service(), episode.series().operation()),
        episode.startWindow(),
        episode.endWindow(),
        episode.peak(),
        errors ? "errors" : episode.kind().name().toLowerCase(Locale.ROOT),
        episode.opening(),
        episode.confidence(),
        episode.basis() == ConfidenceBasis.CALIBRATED ? CALIBRATED : "rank",
        incident);
  }
}
