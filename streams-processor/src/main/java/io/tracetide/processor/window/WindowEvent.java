package io.tracetide.processor.window;

/** An event about closed windows. Times are milliseconds since the epoch. */
public sealed interface WindowEvent {

  /** Start of the window, inclusive. */
  long startMs();

  /** End of the window, exclusive. */
  long endMs();

  /** Length of the window. */
  default long sizeMs() {
    return endMs() - startMs();
  }

  /**
   * The window of one series has closed. The series is an operation, the merge of a service's
   * operations, or a metric.
   *
   * @param key of the series, as {@link SeriesCodec} writes it
   * @param stats counts; valid while the event is processed, and to be copied if needed longer
   */
  @SuppressWarnings("ArrayRecordComponent") // Events are never compared.
  record Closed(byte[] key, long startMs, long endMs, WindowStats stats) implements WindowEvent {

    public SeriesId series() {
      return SeriesCodec.decode(key);
    }
  }

  /**
   * Late spans were added to a closed window.
   *
   * @param key of the series, as {@link SeriesCodec} writes it
   * @param stats all counts of the window; valid while the event is processed
   */
  @SuppressWarnings("ArrayRecordComponent") // Events are never compared.
  record Revised(byte[] key, long startMs, long endMs, WindowStats stats, int revision)
      implements WindowEvent {

    public SeriesId series() {
      return SeriesCodec.decode(key);
    }
  }

  /**
   * Every series of the window has been reported as {@link Closed}.
   *
   * @param recent closed windows of the same tier; valid while the event is processed
   */
  record Complete(long startMs, long endMs, RecentWindows recent) implements WindowEvent {}

  /**
   * The window of the finest tier, and the windows of coarser tiers that end with it, have been
   * reported as {@link Complete}.
   *
   * @param recent closed windows of the finest tier; valid while the event is processed
   */
  record Passed(long startMs, long endMs, RecentWindows recent) implements WindowEvent {}

  /**
   * Every window that was revised at this commit has been reported as {@link Revised}. The times
   * are those of the newest closed window.
   *
   * @param recent valid while the event is processed
   */
  record RevisionsComplete(long startMs, long endMs, RecentWindows recent) implements WindowEvent {}
}
