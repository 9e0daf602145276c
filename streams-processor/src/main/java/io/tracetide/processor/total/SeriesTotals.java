package io.tracetide.processor.total;

import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds the counts of closed windows and of late spans to the running totals of the series of one
 * partition. For the thread of its task.
 *
 * <p>A total is saved with the commit that closes its window, and shown once that commit has
 * succeeded. So no reader ever sees a count that a crash takes back, and the instance that gets the
 * partition continues from the same numbers.
 */
public final class SeriesTotals {

  /** Marks a total that was removed. */
  private static final byte[] REMOVED = {};

  /** Event time between two searches for series without spans. */
  private static final long SWEEP_EVERY_MS = 60_000L * 60;

  private final Limits limits;
  private final TotalStore store;
  private final LocalTotals local;
  private final Runnable onFolded;
  private final PartitionTotals shown;
  private Map<byte[], byte[]> changed = new TreeMap<>(Arrays::compareUnsigned);
  private Map<byte[], byte[]> committing = new TreeMap<>(Arrays::compareUnsigned);
  private int size;
  private long closedUpToMs = Long.MIN_VALUE;
  private long sweptMs = Long.MIN_VALUE;
  private long committingUpToMs = Long.MIN_VALUE;

  /**
   * Limits of one partition.
   *
   * @param series maximum of series; the spans of further ones are counted in the series {@code
   *     __other__} of their tenant; 0 counts nothing
   * @param forgetAfterMs event time without spans after which a series is removed
   */
  public record Limits(int series, long forgetAfterMs) {}

  /**
   * Continues from the saved totals, and shows them.
   *
   * @param onFolded called for each window of a series beyond the limit
   */
  public SeriesTotals(
      int partition, Limits limits, TotalStore store, LocalTotals local, Runnable onFolded) {
    this.limits = limits;
    this.store = store;
    this.local = local;
    this.onFolded = onFolded;
    shown = new PartitionTotals(partition);
    if (isOn()) {
      store.each(shown::put);
      size = shown.size();
    }
  }

  private boolean isOn() {
    return limits.series() > 0;
  }

  /**
   * Shows the totals that were read.
   *
   * @param upToMs time up to which windows had closed
   */
  public void open(long upToMs) {
    closedUpToMs = upToMs;
    shown.closedUpTo(upToMs);
    local.opened(shown);
  }

  /**
   * Shows a series with zero before its first window has closed, so that who reads it from time to
   * time sees it begin at zero.
   */
  public void announce(byte[] series, long timeMs) {
    if (isOn() && isOperation(series) && latest(series) == null && size < limits.series()) {
      size++;
      changed.put(series.clone(), new SeriesTotal(timeMs).toBytes());
    }
  }

  private static boolean isOperation(byte[] series) {
    return SeriesCodec.isLatency(series)
        && !SeriesCodec.decode(series).operation().equals(SeriesId.ALL_OPERATIONS);
  }

  /** Adds counts of spans, each of which is added once. */
  public void count(byte[] series, long startMs, long endMs, WindowStats stats) {
    if (!isOn()) {
      return;
    }
    byte @Nullable [] known = latest(series);
    byte[] key = series;
    if (known == null && size >= limits.series()) {
      onFolded.run();
      key = other(series);
      known = latest(key);
    }
    SeriesTotal total = known == null ? new SeriesTotal(startMs) : SeriesTotal.fromBytes(known);
    size += known == null ? 1 : 0;
    total.add(stats, endMs);
    changed.put(key.clone(), total.toBytes());
  }

  private static byte[] other(byte[] series) {
    return SeriesCodec.encode(
        SeriesId.ofOperation(SeriesCodec.decode(series).tenant(), SeriesId.OTHER, SeriesId.OTHER));
  }

  private byte @Nullable [] latest(byte[] series) {
    byte[] found = changed.get(series);
    if (found == null) {
      found = committing.get(series);
    }
    if (found == null) {
      found = shown.get(series);
    }
    return found == null || found.length == 0 ? null : found;
  }

  /**
   * Saves what has changed; to be called at each commit.
   *
   * @param upToMs time up to which windows have closed
   */
  public void write(long upToMs) {
    closedUpToMs = upToMs;
    sweep();
    changed.forEach(
        (series, total) -> {
          if (total.length == 0) {
            store.delete(series);
          } else {
            store.put(series, total);
          }
        });
    if (committing.isEmpty()) {
      Map<byte[], byte[]> empty = committing;
      committing = changed;
      changed = empty;
    } else {
      committing.putAll(changed);
      changed.clear();
    }
    committingUpToMs = upToMs;
  }

  /** The task goes on: the commit that began last has succeeded. */
  public void goesOn() {
    if (committingUpToMs == Long.MIN_VALUE) {
      return;
    }
    committing.forEach(
        (series, total) -> {
          if (total.length == 0) {
            shown.remove(series);
          } else {
            shown.put(series, total);
          }
        });
    committing.clear();
    shown.closedUpTo(committingUpToMs);
    committingUpToMs = Long.MIN_VALUE;
  }

  /** Removes series without spans for long, by event time. */
  private void sweep() {
    if (closedUpToMs == Long.MIN_VALUE || closedUpToMs - SWEEP_EVERY_MS < sweptMs) {
      return;
    }
    sweptMs = closedUpToMs;
    long keptFromMs = closedUpToMs - limits.forgetAfterMs();
    shown.eachBytes(
        (series, total) -> {
          byte @Nullable [] latest = latest(series);
          if (latest != null && SeriesTotal.seenMs(latest) < keptFromMs) {
            changed.put(series, REMOVED);
            size--;
          }
        });
  }

  /** Shows nothing any more: the task is closed, or restarts from its last commit. */
  public void discard() {
    local.closed(shown);
    changed.clear();
    committing.clear();
  }
}
