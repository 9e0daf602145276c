package io.tracetide.alert.topology;

import io.tracetide.alert.store.AlertTables;
import java.util.List;

/** The alerts of the tenants that this instance decides, and the instances that decide the others. */
public interface AlertBook {

  /**
   * The stores of this instance.
   *
   * @throws BookClosedException while they are restored or move
   */
  AlertTables tables();

  /**
   * Addresses, as {@code host:port}, of the instances that decide the partitions that are not here.
   *
   * @throws BookClosedException if a partition has no known instance
   */
  List<String> others();

  /** The stores cannot be read now. */
  final class BookClosedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BookClosedException(String message) {
      super(message);
    }

    public BookClosedException(Throwable cause) {
      super("the alerts are being restored or move to another instance", cause);
    }
  }
}
