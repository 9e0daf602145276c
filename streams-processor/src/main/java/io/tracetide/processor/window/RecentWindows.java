package io.tracetide.processor.window;

import org.jspecify.annotations.Nullable;

/** Access to recent closed windows of one tier, for detectors. */
public interface RecentWindows {

  /** The windows of a partition whose spans are never late. */
  RecentWindows NONE =
      new RecentWindows() {
        @Override
        public int lateness(SeriesId series) {
          return 0;
        }

        @Override
        public @Nullable WindowStats stats(SeriesId series, long startMs) {
          return null;
        }
      };

  /**
   * Usual lateness of the spans of the series' service, in windows that close after their own; 0
   * when they usually arrive in time.
   */
  int lateness(SeriesId series);

  /** All counts of a series in a window so far; null when there are none. */
  @Nullable WindowStats stats(SeriesId series, long startMs);
}
