package io.tracetide.alert.topology;

import io.tracetide.alert.store.AlertTables;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * The alerts of the tenants that this instance decides, and the instances that decide the others.
 */
public interface AlertBook {

  /**
   * The stores of each partition of this instance.
   *
   * @throws BookClosedException while they are restored or move
   */
  List<AlertTables> tables();

  /** The partitions of {@code alert-inputs} whose state is in the stores of this instance. */
  SortedSet<Integer> held();

  /**
   * The partitions that are not here, by the address, as {@code host:port}, of their instance.
   *
   * @throws BookClosedException if a partition has no known instance
   */
  Map<String, List<Integer>> others();

  /**
   * Number of the instances that are known, this one included.
   *
   * @throws BookClosedException while the application starts or stops
   */
  int members();

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
