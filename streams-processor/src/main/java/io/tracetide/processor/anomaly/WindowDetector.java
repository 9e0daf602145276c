package io.tracetide.processor.anomaly;

import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Detector;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Evaluates the closed windows of one partition and publishes anomalies. Used by one thread.
 *
 * <p>A detector is deterministic: the same windows in the same order give the same findings. Its
 * whole state is what it saved to the {@link DetectorOutput}, so a detector that is restored
 * continues as if it had not been interrupted. {@code DetectorContractTest} checks both.
 *
 * <p>Order of calls: for each window of a tier {@link #observe} once for each watched series with
 * spans in it, then {@link #complete}. Windows that late spans revised come in between, as {@link
 * #revise} for each series and then {@link #revisionsComplete}. A restored detector gets its rows,
 * {@link #rowsRestored}, its episodes and its other state before any of these.
 *
 * <p>Windows of a tier come in the order of time, each once; of a gap without spans that is longer
 * than 720 windows, only the last 720. A window of a coarser tier comes after the last window of
 * the finer tier in it. Only windows of the finest tier are revised: a detector of a coarser tier
 * evaluates a window when {@link RecentWindows#lateness} has passed.
 */
public interface WindowDetector {

  /**
   * Keys of the saved state in the store of episodes, which all detectors share: the first
   * character of each key. {@code b}, {@code t} and {@code u} belong to the breaches of traces.
   *
   * @param episodes of rows written by {@link DetectorOutput#saveEpisode}
   * @param state of rows written by {@link DetectorOutput#saveState}
   */
  record Keys(char episodes, char state) {}

  Keys keys();

  /** Names under which the detector publishes anomalies. */
  Set<Detector> detectors();

  /**
   * Whether the detector evaluates series. One that is switched off gets the ends of windows only,
   * and resolves the anomalies that it has published.
   */
  default boolean isActive() {
    return true;
  }

  /** Whether the detector evaluates windows of a tier. It gets no windows of other tiers. */
  boolean watches(WindowTier tier);

  /** Whether the detector evaluates a series in a tier; false in a tier that it does not watch. */
  boolean watches(SeriesId series, WindowTier tier);

  /**
   * Adds one series to the window that {@link #complete} ends. The stats are valid during the call.
   *
   * @return false when the series is ignored because the detector watches as many as it may
   */
  boolean observe(SeriesId series, TierWindow window, WindowStats stats);

  /** Evaluates a window. A watched series that was not observed had no spans in it. */
  void complete(TierWindow window, RecentWindows recent, DetectorOutput output);

  /** Replaces the values of one series in a window that {@link #complete} has ended. */
  default void revise(SeriesId series, TierWindow window, WindowStats stats) {}

  /**
   * Evaluates the revised windows again.
   *
   * @param newest the newest window that has closed
   */
  default void revisionsComplete(TierWindow newest, RecentWindows recent, DetectorOutput output) {}

  /** Whether the detector saves rows; at most one detector of a processor does. */
  default boolean savesRows() {
    return false;
  }

  /**
   * Whether the detector evaluates the stored windows of its tier first when it has no state, to
   * learn from them; one with rows does. Then no state but rows and what it saves of a subject may
   * matter, because it is restored from these afterwards.
   */
  default boolean learnsFromPast() {
    return savesRows() && isActive();
  }

  /** Restores a saved row. The rows of a series come in the order of their windows. */
  default void restoreRow(SeriesId series, long startMs, byte[] row) {}

  /** Called after the last row. */
  default void rowsRestored() {}

  void restoreEpisode(EpisodeSubject subject, Episode episode);

  default void restoreState(EpisodeSubject subject, byte[] state) {}

  /** Passes on how much the detector knows of each series, if it learns. */
  default void eachProgress(Consumer<SeriesProgress> reader) {}
}
