package io.tracetide.processor.detection.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the windows of one tenant together from the batches of the partitions.
 *
 * <p>A window is complete when each partition that has sent batches has sent those of the window.
 * One that is behind by more than {@code patience} windows, because it is being reassigned, is not
 * waited for until it sends a batch again. So the windows do not depend on the order in which the
 * batches of different partitions arrive, except with such a partition.
 */
final class TenantWindows {

  /** Windows for which the first one waits for partitions that have sent nothing so far. */
  private static final int FIRST = 3;

  private final String tenant;
  private final int patience;
  private final EvidenceStorage storage;

  /** The latest window of each partition that is waited for. */
  private final Map<Integer, Long> received = new TreeMap<>();

  private final NavigableMap<Long, List<SampleBatch>> waiting = new TreeMap<>();
  private long completed;

  /**
   * Starts without batches.
   *
   * @param patience windows that a partition may be behind the first one
   * @param completed the window up to which all have been completed; {@link Long#MIN_VALUE} if none
   */
  TenantWindows(String tenant, int patience, long completed, EvidenceStorage storage) {
    this.tenant = tenant;
    this.patience = patience;
    this.completed = completed;
    this.storage = storage;
  }

  /**
   * Adds a batch; those of a partition come in the order of their windows, revisions excepted.
   *
   * @return false when its window has been completed already
   */
  boolean add(SampleBatch batch) {
    if (batch.kind() == SampleBatch.Kind.LAST) {
      received.merge(batch.partition(), batch.window(), Math::max);
      storage.putReceived(tenant, batch.partition(), batch.window());
    }
    if (batch.window() <= completed) {
      return false;
    }
    storage.putWaiting(batch, restore(batch));
    return true;
  }

  /** Adds a batch that waited; those of a window in the order of their numbers. */
  int restore(SampleBatch batch) {
    List<SampleBatch> ofWindow =
        waiting.computeIfAbsent(batch.window(), window -> new ArrayList<>());
    ofWindow.add(batch);
    if (batch.kind() == SampleBatch.Kind.PART) {
      received.putIfAbsent(batch.partition(), batch.window() - 1);
    }
    return ofWindow.size() - 1;
  }

  void restoreReceived(int partition, long window) {
    received.put(partition, window);
  }

  /** Removes and returns the batches of the oldest window, if it is complete. */
  Optional<List<SampleBatch>> next() {
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    long oldest = waiting.firstKey();
    long newest = waiting.lastKey();
    received
        .entrySet()
        .removeIf(
            partition -> {
              boolean behind = partition.getValue() < newest - patience;
              if (behind) {
                storage.deleteReceived(tenant, partition.getKey());
              }
              return behind;
            });
    boolean known = completed != Long.MIN_VALUE || newest - oldest >= FIRST;
    if (!known
        || received.isEmpty()
        || !received.values().stream().allMatch(window -> window >= oldest)) {
      return Optional.empty();
    }
    completed = oldest;
    List<SampleBatch> batches = waiting.pollFirstEntry().getValue();
    for (int number = 0; number < batches.size(); number++) {
      storage.deleteWaiting(batches.get(number), number);
    }
    return Optional.of(batches);
  }
}
