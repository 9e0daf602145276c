package io.tracetide.processor.window;

/** What becomes known about a window once it has closed. Times in milliseconds since the epoch. */
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
   * operations, or a metric; it had work in the window.
   *
   * @param key of the series, as {@link SeriesCodec} writes it
   * @param stats as long as the event is handed around; to be copied by whoever keeps them
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares events.
  record Closed(byte[] key, long startMs, long endMs, WindowStats stats) implements WindowEvent {

    public SeriesId series() {
      return SeriesCodec.decode(key);
    }
  }

  /**
   * Late work was added to a window that had closed.
   *
   * @param key of the series, as {@link SeriesCodec} writes it
   * @param stats all work of the window; as long as the event is handed around
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares events.
  record Revised(byte[] key, long startMs, long endMs, WindowStats stats, int revision)
      implements WindowEvent {

    public SeriesId series() {
      return SeriesCodec.decode(key);
    }
  }

  /**
   * Every series that had work in the window has been reported as {@link Closed}.
   *
   * @param recent closed windows of the same tier, to be used as long as the event is handed around
   */
  record Complete(long startMs, long endMs, RecentWindows recent) implements WindowEvent {}

  /**
   * Every window that was revised at this commit has been reported as {@link Revised}. The times
   * are those of the newest closed window.
   *
   * @param recent to be used as long as the event is handed around
   */
  record RevisionsComplete(long startMs, long endMs, RecentWindows recent) implements WindowEvent {}
}
