package io.tracetide.processor.detection.evidence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

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

  private static final long NOT_HELD = Long.MIN_VALUE;

  /**
   * Number of assessments after which a call ends, though further windows are complete: about half
   * a second. One call for a day of windows would take longer than the transaction of a commit may,
   * and would then be made again from the beginning.
   */
  static final int MOST_AT_ONCE = 20_000;

  /** Maximum of samples that wait: about 100 MB. */
  static final int MOST_WAITING = 250_000;

  /**
   * Time without a sign of a partition after which reports do not wait for it any longer, in
   * milliseconds: an alert must not wait for an instance that has failed. While all partitions
   * work, reports wait for as long as windows do, so their order does not depend on the speed.
   */
  static final long REPORT_MS = 30_000;

  /** The same until the first sign of the partition after a restart of this one. */
  static final long REPORT_AT_START_MS = 60_000;

  /** Time for which the first window waits for partitions that have sent nothing so far. */
  static final long FIRST_MS = 20_000;

  private final String tenant;
  private final EvidenceStorage storage;
  private final Consumer<SampleBatch> reports;

  /** The latest window of each partition that is waited for. */
  private final Map<Integer, Long> received = new TreeMap<>();

  /** When the latest batch of each partition came, by the wall clock. */
  private final Map<Integer, Long> heardMs = new HashMap<>();

  /** When the latest sign of each partition came since the start, by the wall clock. */
  private final Map<Integer, Long> signMs = new HashMap<>();

  private final NavigableMap<Long, List<SampleBatch>> waiting = new TreeMap<>();
  private int samples;
  private int held;
  private long heldSinceMs = NOT_HELD;
  private long beganMs = Long.MAX_VALUE;
  private long completed;

  /**
   * Starts without batches.
   *
   * @param completed the window up to which all have been completed; {@link Long#MIN_VALUE} if none
   * @param reports receives the reports of other detectors, before the window to which they belong
   */
  TenantWindows(
      String tenant, long completed, EvidenceStorage storage, Consumer<SampleBatch> reports) {
    this.tenant = tenant;
    this.completed = completed;
    this.storage = storage;
    this.reports = reports;
  }

  /**
   * Adds a batch; those of a partition come in the order of their windows, revisions excepted.
   *
   * @param nowMs the wall clock
   * @return false when its window has been completed already
   */
  boolean add(SampleBatch batch, long nowMs) {
    heardMs.put(batch.partition(), nowMs);
    isAlive(batch.partition(), nowMs);
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

  /** Notes that a partition works. */
  void isAlive(int partition, long nowMs) {
    signMs.put(partition, nowMs);
  }

  /**
   * Adds a report, which belongs to the next window of its partition: so it has the same place
   * among the windows in each run, whenever it arrives.
   */
  void addReport(SampleBatch report, long nowMs) {
    isAlive(report.partition(), nowMs);
    Long latest = received.get(report.partition());
    if (latest == null) {
      reports.accept(report); // The partition sends no windows of the tenant.
      return;
    }
    if (held == 0) {
      heldSinceMs = nowMs;
    }
    SampleBatch placed = report.at(latest + 1);
    storage.putWaiting(placed, restore(placed));
  }

  /** Adds a batch that waited; those of a window in the order of their numbers. */
  int restore(SampleBatch batch) {
    List<SampleBatch> ofWindow =
        waiting.computeIfAbsent(batch.window(), window -> new ArrayList<>());
    ofWindow.add(batch);
    samples += batch.samples().size();
    held += batch.kind() == SampleBatch.Kind.REPORT ? 1 : 0;
    if (batch.kind().isPart()) {
      received.putIfAbsent(batch.partition(), batch.window() - 1);
    }
    return ofWindow.size() - 1;
  }

  void restoreReceived(int partition, long window) {
    received.put(partition, window);
  }

  /**
   * Passes on complete windows, oldest first, until {@link #MOST_AT_ONCE} series have been
   * assessed. More may be complete.
   *
   * @param nowMs the wall clock
   * @param reader receives the batches of each window that has any, and returns the number of
   *     series that it assessed: also those without a sample in the window
   * @param end called after each window
   */
  void eachComplete(long nowMs, ToIntFunction<List<SampleBatch>> reader, Runnable end) {
    int assessed = 0;
    while (assessed < MOST_AT_ONCE) {
      Optional<List<SampleBatch>> window = next(nowMs);
      if (window.isEmpty()) {
        return;
      }
      List<SampleBatch> batches = window.get();
      assessed += 1 + (batches.isEmpty() ? 0 : reader.applyAsInt(batches));
      end.run();
    }
  }

  /**
   * Removes and returns the batches of the oldest window, if it is complete, after its reports were
   * passed on. There are no batches when it had only reports.
   *
   * @param nowMs the wall clock
   */
  private Optional<List<SampleBatch>> next(long nowMs) {
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    long oldest = waiting.firstKey();
    dropSilentPartitions(oldest, nowMs);
    boolean known =
        completed != Long.MIN_VALUE || nowMs - beganMs >= FIRST_MS || samples > MOST_WAITING;
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
    passOn(batches, nowMs);
    return Optional.of(batches);
  }

  /**
   * Passes the reports among the batches of a window on, and removes them. Those of one partition
   * are in the order in which they were found, the partitions in that of their numbers.
   */
  private void passOn(List<SampleBatch> batches, long nowMs) {
    batches.stream()
        .filter(TenantWindows::isReport)
        .sorted(Comparator.comparingInt(SampleBatch::partition))
        .forEach(reports);
    int before = batches.size();
    batches.removeIf(TenantWindows::isReport);
    held -= before - batches.size();
    heldSinceMs = held == 0 ? NOT_HELD : nowMs;
  }

  private static boolean isReport(SampleBatch batch) {
    return batch.kind() == SampleBatch.Kind.REPORT;
  }

  /** Passes on the reports whose windows are not complete because a partition has failed. */
  void passOnLate(long nowMs) {
    if (held == 0) {
      return;
    }
    if (heldSinceMs == NOT_HELD) {
      heldSinceMs = nowMs; // They were restored.
    }
    long waitedMs = nowMs - heldSinceMs;
    if (waitedMs < REPORT_MS || (waitedMs < PATIENCE_MS && !hasFailed(waitedMs, nowMs))) {
      return;
    }
    for (List<SampleBatch> batches : waiting.values()) {
      for (int number = 0; number < batches.size(); number++) {
        storage.deleteWaiting(batches.get(number), number);
      }
      passOn(batches, nowMs);
      for (int number = 0; number < batches.size(); number++) {
        storage.putWaiting(batches.get(number), number);
      }
    }
    waiting.values().removeIf(List::isEmpty);
  }

  /** Whether a partition for which the oldest window waits has given no sign in time. */
  private boolean hasFailed(long waitedMs, long nowMs) {
    long oldest = waiting.firstKey();
    return received.entrySet().stream()
        .filter(partition -> partition.getValue() < oldest)
        .map(partition -> signMs.get(partition.getKey()))
        .anyMatch(
            sign -> sign == null ? waitedMs >= REPORT_AT_START_MS : nowMs - sign >= REPORT_MS);
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
