package io.tracetide.processor.detection.evidence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the windows of one tenant together from the batches of the partitions.
 *
 * <p>A window is complete when each partition that has sent batches has sent those of the window.
 * One that has sent nothing for two minutes, because its instance has failed, is not waited for
 * until it sends a batch again; nor is the one that is farthest behind when too many samples wait.
 * So the windows do not depend on the order in which the batches of different partitions arrive,
 * except with such a partition. When old spans are read fast, partitions are hours apart.
 */
final class TenantWindows {

  /** Time without a batch after which a partition is not waited for, in milliseconds. */
  static final long PATIENCE_MS = 120_000;

  /** Maximum of samples that wait: about 100 MB. */
  static final int MOST_WAITING = 250_000;

  /** Time for which the first window waits for partitions that have sent nothing so far. */
  static final long FIRST_MS = 20_000;

  private final String tenant;
  private final EvidenceStorage storage;

  /** The latest window of each partition that is waited for. */
  private final Map<Integer, Long> received = new TreeMap<>();

  /** When the latest batch of each partition came, by the wall clock. */
  private final Map<Integer, Long> heardMs = new HashMap<>();

  private final NavigableMap<Long, List<SampleBatch>> waiting = new TreeMap<>();
  private int samples;
  private long beganMs = Long.MAX_VALUE;
  private long completed;

  /**
   * Starts without batches.
   *
   * @param completed the window up to which all have been completed; {@link Long#MIN_VALUE} if none
   */
  TenantWindows(String tenant, long completed, EvidenceStorage storage) {
    this.tenant = tenant;
    this.completed = completed;
    this.storage = storage;
  }

  /**
   * Adds a batch; those of a partition come in the order of their windows, revisions excepted.
   *
   * @param nowMs the wall clock
   * @return false when its window has been completed already
   */
  boolean add(SampleBatch batch, long nowMs) {
    heardMs.put(batch.partition(), nowMs);
    beganMs = Math.min(beganMs, nowMs);
    if (batch.kind().endsWindow()) {
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
    samples += batch.samples().size();
    if (batch.kind().isPart()) {
      received.putIfAbsent(batch.partition(), batch.window() - 1);
    }
    return ofWindow.size() - 1;
  }

  void restoreReceived(int partition, long window) {
    received.put(partition, window);
  }

  /**
   * Removes and returns the batches of the oldest window, if it is complete.
   *
   * @param nowMs the wall clock
   */
  Optional<List<SampleBatch>> next(long nowMs) {
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    long oldest = waiting.firstKey();
    dropSilentPartitions(oldest, nowMs);
    boolean known = completed != Long.MIN_VALUE || nowMs - beganMs >= FIRST_MS;
    if (!known
        || received.isEmpty()
        || !received.values().stream().allMatch(window -> window >= oldest)) {
      return Optional.empty();
    }
    completed = oldest;
    List<SampleBatch> batches = waiting.pollFirstEntry().getValue();
    batches.forEach(batch -> samples -= batch.samples().size());
    for (int number = 0; number < batches.size(); number++) {
      storage.deleteWaiting(batches.get(number), number);
    }
    return Optional.of(batches);
  }

  private void dropSilentPartitions(long oldest, long nowMs) {
    List<Integer> silent = new ArrayList<>();
    long farthest = samples > MOST_WAITING ? Collections.min(received.values()) : Long.MIN_VALUE;
    received.forEach(
        (partition, window) -> {
          long quietMs = nowMs - heardMs.computeIfAbsent(partition, restored -> nowMs);
          if (window < oldest && (quietMs > PATIENCE_MS || window == farthest)) {
            silent.add(partition);
          }
        });
    for (int partition : silent) {
      received.remove(partition);
      storage.deleteReceived(tenant, partition);
    }
  }
}
