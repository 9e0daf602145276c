package io.tracetide.alert.topology;

import java.util.List;

/** What can be looked up of the alerts. */
public interface AlertBook {

  /**
   * All alerts of the partitions that this instance decides on.
   *
   * @throws BookClosedException while they cannot be read
   */
  List<StoredAlert> all();

  /** The alerts cannot be read now: partitions move, or are being restored. */
  final class BookClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BookClosedException(Throwable cause) {
      super("the alerts are being restored", cause);
    }
  }
}
