package io.tracetide.processor.total;

import java.util.Arrays;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The committed totals of one partition, which its task updates after each commit. Thread-safe: a
 * reader may see some series before and others after a commit.
 */
public final class PartitionTotals {
  private final int partition;
  private final ConcurrentSkipListMap<byte[], byte[]> totals =
      new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
  private volatile long closedUpToMs = Long.MIN_VALUE;

  PartitionTotals(int partition) {
    this.partition = partition;
  }

  public int partition() {
    return partition;
  }

  /** End of the newest window that is counted; {@code Long.MIN_VALUE} for none. */
  public long closedUpToMs() {
    return closedUpToMs;
  }

  /** Number of series. */
  public int size() {
    return totals.size();
  }

  /** Reads the totals in the order of the keys of their series. */
  public void each(BiConsumer<byte[], SeriesTotal> reader) {
    totals.forEach((series, total) -> reader.accept(series, SeriesTotal.fromBytes(total)));
  }

  byte @Nullable [] get(byte[] series) {
    return totals.get(series);
  }

  void put(byte[] series, byte[] total) {
    totals.put(series, total);
  }

  void remove(byte[] series) {
    totals.remove(series);
  }

  void eachBytes(BiConsumer<byte[], byte[]> reader) {
    totals.forEach(reader);
  }

  void closedUpTo(long timeMs) {
    closedUpToMs = timeMs;
  }
}
