package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.WindowStats;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Closed windows of a tier, read from their rows. Detectors read by service, so the last service is
 * cached.
 */
final class RecentRows implements RecentWindows {

  private final TierRows rows;
  private final UsualLateness lateness;
  private final long baseMs;
  private Map<SeriesId, WindowStats> service = Map.of();
  private @Nullable SeriesId of;
  private long ofMs;

  /**
   * Reads windows of a tier.
   *
   * @param lateness in base windows
   * @param baseMs length of a base window
   */
  RecentRows(TierRows rows, UsualLateness lateness, long baseMs) {
    this.rows = rows;
    this.lateness = lateness;
    this.baseMs = baseMs;
  }

  /** Drops the cached service, which may have been revised since. */
  RecentRows refreshed() {
    service = Map.of();
    of = null;
    return this;
  }

  @Override
  public int lateness(SeriesId series) {
    long size = rows.tier().sizeMs();
    return (int) ((lateness.of(series) * baseMs + size - 1) / size);
  }

  @Override
  public @Nullable WindowStats stats(SeriesId series, long startMs) {
    SeriesId cached = of;
    if (cached == null
        || ofMs != startMs
        || !cached.service().equals(series.service())
        || !cached.tenant().equals(series.tenant())) {
      service = rows.service(startMs, series);
      of = series;
      ofMs = startMs;
    }
    return service.get(series);
  }
}
