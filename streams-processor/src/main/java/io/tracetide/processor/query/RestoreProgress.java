package io.tracetide.processor.query;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * How far the restoring of state stores has come; set it as the global restore listener of the
 * Streams application.
 */
public final class RestoreProgress implements StateRestoreListener {
  private record Restoring(long records, long restored) {}

  private final Map<TopicPartition, Restoring> running = new ConcurrentHashMap<>();

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
    running.put(partition, new Restoring(Math.max(0, end - start), 0));
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long end, long records) {
    running.computeIfPresent(
        partition, (key, now) -> new Restoring(now.records(), now.restored() + records));
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long total) {
    running.remove(partition);
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long total) {
    running.remove(partition);
  }

  /** A sentence with a space before it; empty while nothing is restored. */
  String sentence() {
    long records = 0;
    long restored = 0;
    int partitions = 0;
    for (Restoring one : running.values()) {
      records += one.records();
      restored += Math.min(one.records(), one.restored());
      partitions++;
    }
    return partitions == 0
        ? ""
        : " Restoring %d store partitions: %d of about %d records read."
            .formatted(partitions, restored, records);
  }
}
