package io.tracetide.alert.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far the inputs of each partition were handled by this instance, so that a request can wait
 * until its command has taken effect. Thread-safe.
 */
public final class DecisionProgress {
  private final Map<Integer, Long> handled = new HashMap<>();

  /** The partition is decided by this instance from now on. */
  synchronized void assigned(int partition) {
    handled.putIfAbsent(partition, -1L);
  }

  synchronized void handled(int partition, long offset) {
    handled.put(partition, offset);
    notifyAll();
  }

  synchronized void revoked(int partition) {
    handled.remove(partition);
    notifyAll();
  }

  /** The partitions that this instance decides now, with all of their state. */
  synchronized SortedSet<Integer> held() {
    return new TreeSet<>(handled.keySet());
  }

  /**
   * Waits until an input was handled. Does not wait for a partition of another instance.
   *
   * @return whether it was handled here within the time
   */
  public synchronized boolean await(int partition, long offset, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!isHandled(partition, offset)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0 || !handled.containsKey(partition)) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private boolean isHandled(int partition, long offset) {
    @Nullable Long newest = handled.get(partition);
    return newest != null && newest >= offset;
  }
}
