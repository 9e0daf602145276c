package io.tracetide.runtime.kafka.streams;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Progress of restoring state stores; to be set as the global restore listener of the Streams
 * application.
 *
 * <p>Restoring reads committed records up to the end of the log. A transaction that never ends
 * blocks it forever, and Kafka Streams does not report that.
 */
public final class RestoreProgress implements StateRestoreListener {

  /** Restoring that reads nothing for this long is blocked. */
  static final Duration STANDSTILL = Duration.ofSeconds(60);

  private static final int NAMED = 3;

  private record Restoring(String store, long offset, long end, long records, long restored) {

    Restoring read(long offset, long count) {
      return new Restoring(store, offset, end, records, restored + count);
    }
  }

  private final Map<TopicPartition, Restoring> running = new ConcurrentHashMap<>();
  private final Clock clock;
  private volatile long movedAt;

  public RestoreProgress(Clock clock) {
    this.clock = clock;
    this.movedAt = clock.millis();
  }

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long start, long end) {
    running.put(partition, new Restoring(store, start, end, Math.max(0, end - start), 0));
    movedAt = clock.millis();
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long last, long records) {
    running.computeIfPresent(partition, (key, now) -> now.read(last + 1, records));
    movedAt = clock.millis();
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long total) {
    running.remove(partition);
    movedAt = clock.millis();
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long total) {
    running.remove(partition);
    movedAt = clock.millis();
  }

  /** Resets the progress after an application has ended. */
  void clear() {
    running.clear();
    movedAt = clock.millis();
  }

  /** A sentence with a space before it; empty while nothing is restored. */
  public String sentence() {
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

  /**
   * A message with the waiting partitions and a remedy, when none of the restored partitions has
   * read anything for a minute.
   */
  public Optional<String> standstill() {
    long seconds = (clock.millis() - movedAt) / 1000;
    if (running.isEmpty() || seconds < STANDSTILL.toSeconds()) {
      return Optional.empty();
    }
    List<Map.Entry<TopicPartition, Restoring>> waiting =
        running.entrySet().stream()
            .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
            .toList();
    String named =
        waiting.stream()
            .limit(NAMED)
            .map(
                entry ->
                    "%s at offset %d of %d (store %s)"
                        .formatted(
                            entry.getKey(),
                            entry.getValue().offset(),
                            entry.getValue().end(),
                            entry.getValue().store()))
            .collect(Collectors.joining(", "));
    String more = waiting.size() > NAMED ? " and %d more".formatted(waiting.size() - NAMED) : "";
    return Optional.of(
        "restoring has read nothing for %d s: %s%s; an open transaction may block it: see kafka-transactions.sh find-hanging, or restart tracetide standalone, which aborts those that hang"
            .formatted(seconds, named, more));
  }
}
