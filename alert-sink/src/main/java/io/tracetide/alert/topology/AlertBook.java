package io.tracetide.alert.topology;

import java.util.List;

/** Read access to the stored alerts. */
public interface AlertBook {

  /**
   * All alerts of this instance's partitions.
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
