package io.tracetide.processor.window;

import org.jspecify.annotations.Nullable;

/** What may be looked up of the closed windows of a tier, while one of them is evaluated. */
public interface RecentWindows {

  /** Of a partition whose work is never late. */
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
   * How many windows must have closed after a window before the work of the series' service in it
   * has usually arrived; 0 when it usually comes in time.
   */
  int lateness(SeriesId series);

  /** All work of a window, as far as it has arrived; null when there is none. */
  @Nullable WindowStats stats(SeriesId series, long startMs);
}
