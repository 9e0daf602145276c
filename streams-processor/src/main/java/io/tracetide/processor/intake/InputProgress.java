package io.tracetide.processor.intake;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The progress of reading the input topics, reported by the consumers. Thread-safe: consumers write
 * from their threads, tasks read from theirs.
 */
public final class InputProgress {

  /** A longer time between two checks means that the process did not run. */
  private static final long LONGEST_GAP_MS = 10_000;

  /** A lag of this many records counts as caught up. */
  private static final long FEW = 500;

  private final List<String> topics;
  private final String first;
  private final boolean atHand;
  private final Map<TopicPartition, Position> positions = new ConcurrentHashMap<>();
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  /**
   * The progress of one partition.
   *
   * @param lag number of records that have not been read; negative when unknown
   * @param read number of records read since the start
   */
  private record Position(long lag, long read) {}

  private InputProgress(String first, List<String> topics, boolean atHand) {
    this.first = first;
    this.topics = topics;
    this.atHand = atHand;
  }

  /**
   * Progress in these topics.
   *
   * @param first topic whose number of partitions is reported
   * @param others further topics that the same tasks read
   */
  public static InputProgress of(String first, String... others) {
    return new InputProgress(
        first, Stream.concat(Stream.of(first), Arrays.stream(others)).toList(), false);
  }

  /** Progress of an input with one partition and without a consumer: always caught up. */
  public static InputProgress atHand() {
    return new InputProgress("", List.of(), true);
  }

  /** A longer time between two checks is not counted as observed, milliseconds. */
  public long longestGapMs() {
    return atHand ? Long.MAX_VALUE : LONGEST_GAP_MS;
  }

  /** Number of partitions of the first topic; 0 before the first record. */
  public int partitions() {
    return atHand ? 1 : counts.getOrDefault(first, 0);
  }

  /** Watches a partition of all topics. */
  public Watch watch(int partition) {
    return new Watch(partition);
  }

  /** Updates the progress of a consumer after a poll. */
  void note(
      Collection<TopicPartition> assigned,
      Function<TopicPartition, OptionalLong> lag,
      ToIntFunction<TopicPartition> read,
      ToIntFunction<String> partitionsOf) {
    for (TopicPartition partition : assigned) {
      if (topics.contains(partition.topic())) {
        @Nullable Position before = positions.get(partition);
        long total = (before == null ? 0 : before.read) + read.applyAsInt(partition);
        positions.put(partition, new Position(lag.apply(partition).orElse(-1), total));
        counts.computeIfAbsent(partition.topic(), partitionsOf::applyAsInt);
      }
    }
  }

  /** Checks repeatedly whether one partition of all topics has been read to its end. */
  public final class Watch {
    private final List<TopicPartition> watched;
    private final long[] read;

    private Watch(int partition) {
      watched = topics.stream().map(topic -> new TopicPartition(topic, partition)).toList();
      read = new long[watched.size()];
    }

    /** Whether a topic has fewer partitions than the others, which it should not. */
    private boolean isMissing(TopicPartition partition) {
      return partition.partition() >= counts.getOrDefault(partition.topic(), Integer.MAX_VALUE);
    }

    /** Whether the remaining records are at most twice the number read since the last call. */
    public boolean isCaughtUp() {
      boolean caughtUp = true;
      for (int i = 0; i < read.length; i++) {
        @Nullable Position position = positions.get(watched.get(i));
        if (position == null) {
          caughtUp &= isMissing(watched.get(i));
          continue;
        }
        long moment = 2 * (position.read - read[i]);
        read[i] = position.read;
        caughtUp &= position.lag >= 0 && position.lag <= Math.max(FEW, moment);
      }
      return caughtUp;
    }
  }
}
