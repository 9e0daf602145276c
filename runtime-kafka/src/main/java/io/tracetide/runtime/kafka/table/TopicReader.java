package io.tracetide.runtime.kafka.table;

import io.tracetide.runtime.life.BackgroundThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a compacted topic from its beginning into memory, and follows it. After a failure it starts
 * again from the beginning, so the reader of the records must accept those that it knows.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration RESTART = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(TopicReader.class);

  private final String topic;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final BiConsumer<byte[], byte @Nullable []> records;
  private final Runnable caughtUp;
  private final Queue<Barrier> waiting = new ConcurrentLinkedQueue<>();
  private final BackgroundThread thread;

  private TopicReader(
      String topic,
      Supplier<Consumer<byte[], byte[]>> consumers,
      BiConsumer<byte[], byte @Nullable []> records,
      Runnable caughtUp) {
    this.topic = topic;
    this.consumers = consumers;
    this.records = records;
    this.caughtUp = caughtUp;
    this.thread = new BackgroundThread(topic, this::run);
  }

  /**
   * Starts the thread.
   *
   * @param consumers opens a consumer without a group
   * @param records receives keys and values; an exception starts the reading again
   * @param caughtUp called when all is read that was in the topic at the start, and again after a
   *     failure
   */
  public static TopicReader start(
      String topic,
      Supplier<Consumer<byte[], byte[]>> consumers,
      BiConsumer<byte[], byte @Nullable []> records,
      Runnable caughtUp) {
    TopicReader reader = new TopicReader(topic, consumers, records, caughtUp);
    reader.thread.start();
    return reader;
  }

  /**
   * Waits until all is read that is in the topic now.
   *
   * @throws IllegalStateException when the topic cannot be read within 15 seconds
   */
  public void catchUp() {
    Barrier reached = new Barrier();
    waiting.add(reached);
    try {
      reached.done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      waiting.remove(reached);
      throw new IllegalStateException(topic + " cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void run() {
    while (!thread.isClosing()) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        follow(consumer);
      } catch (RuntimeException e) {
        log.warn(
            "topic not read, starting over topic={} inMs={} cause={}",
            topic,
            RESTART.toMillis(),
            e.toString());
        thread.pause(RESTART);
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions = partitions(consumer);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    readUpTo(consumer, consumer.endOffsets(partitions));
    caughtUp.run();
    while (!thread.isClosing()) {
      List<Barrier> due = new ArrayList<>(waiting);
      readUpTo(consumer, due.isEmpty() ? Map.of() : consumer.endOffsets(partitions));
      waiting.removeAll(due);
      due.forEach(reached -> reached.done.complete(null));
    }
  }

  /** Reads at least once, and until these offsets are reached. */
  private void readUpTo(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    do {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        records.accept(record.key(), record.value());
      }
    } while (!thread.isClosing() && !isAt(consumer, ends));
  }

  private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null || found.isEmpty()) {
      throw new IllegalStateException(
          "Kafka has no topic " + topic + ": 'tracetide topics --create' creates it");
    }
    return found.stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
  }

  private static boolean isAt(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** A caller that waits. */
  private static final class Barrier {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
  }

  @Override
  public void close() {
    thread.close(POLL.multipliedBy(20));
  }
}
