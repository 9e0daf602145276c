package io.tracetide.processor.anomaly;

import io.tracetide.processor.window.SeriesId;
import org.jspecify.annotations.Nullable;

/**
 * Receives the state of a {@link WindowDetector} and its findings. Everything that a detector must
 * not lose in a restart is saved here, in the same call in which it changed.
 */
public interface DetectorOutput {

  /** The output of a detector that is never restarted: nothing is saved. */
  interface Unsaved extends DetectorOutput {
    @Override
    default void saveRow(SeriesId series, long startMs, byte[] row) {}

    @Override
    default void saveEpisode(EpisodeSubject subject, Episode episode) {}

    @Override
    default void saveState(EpisodeSubject subject, byte @Nullable [] state) {}
  }

  /** Saves a row of a series and window. It replaces the row of that window, if there is one. */
  void saveRow(SeriesId series, long startMs, byte[] row);

  /** Saves the episode of a subject; a quiet one is deleted. */
  void saveEpisode(EpisodeSubject subject, Episode episode);

  /** Saves what else a detector keeps of a subject; null deletes it. */
  void saveState(EpisodeSubject subject, byte @Nullable [] state);

  /** Publishes a revision of an anomaly. */
  void publish(Finding finding);

  /** Whether an anomaly of the same fingerprint and episode has been published. */
  boolean isPublished(Finding finding);
}
