package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.WindowStats;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Closed base windows, read from their rows. Detectors read by service, so the last service is
 * cached.
 */
final class RecentRows implements RecentWindows {

  private final TierRows base;
  private final UsualLateness lateness;
  private Map<SeriesId, WindowStats> service = Map.of();
  private @Nullable SeriesId of;
  private long ofMs;

  RecentRows(TierRows base, UsualLateness lateness) {
    this.base = base;
    this.lateness = lateness;
  }

  /** Drops the cached service, which may have been revised since. */
  RecentRows refreshed() {
    service = Map.of();
    of = null;
    return this;
  }

  @Override
  public int lateness(SeriesId series) {
    return lateness.of(series);
  }

  @Override
  public @Nullable WindowStats stats(SeriesId series, long startMs) {
    SeriesId cached = of;
    if (cached == null
        || ofMs != startMs
        || !cached.service().equals(series.service())
        || !cached.tenant().equals(series.tenant())) {
      service = base.service(startMs, series);
      of = series;
      ofMs = startMs;
    }
    return service.get(series);
  }
}
