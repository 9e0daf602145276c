package io.tracetide.alert.memory;

import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code delivery-state} from its beginning and follows it. */
public final class StateReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration RESTART = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(StateReader.class);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final DeliveryStates states;
  private final Queue<Barrier> waiting = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "delivery-state");

  private StateReader(Supplier<Consumer<byte[], byte[]>> consumers, DeliveryStates states) {
    this.consumers = consumers;
    this.states = states;
  }

  /**
   * Starts the thread.
   *
   * @param consumers opens a consumer without a group
   */
  public static StateReader start(
      Supplier<Consumer<byte[], byte[]>> consumers, DeliveryStates states) {
    StateReader reader = new StateReader(consumers, states);
    reader.thread.setDaemon(true);
    reader.thread.start();
    return reader;
  }

  /**
   * Waits until all is read that is in the topic now. Another instance writes the state of a
   * delivery before it commits the offset and releases the partition, so its deliveries are known
   * after that.
   *
   * @throws IllegalStateException when the topic cannot be read in time
   */
  public void catchUp() {
    Barrier reached = new Barrier();
    waiting.add(reached);
    try {
      reached.done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      waiting.remove(reached);
      throw new IllegalStateException(Topics.DELIVERY_STATE + " cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void run() {
    while (closing.getCount() > 0) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        follow(consumer);
      } catch (RuntimeException e) {
        log.warn(
            "delivery-state not read, starting over inMs={} cause={}",
            RESTART.toMillis(),
            e.toString());
        awaitClosing();
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions = partitions(consumer);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    while (closing.getCount() > 0) {
      List<Barrier> due = new ArrayList<>(waiting);
      Map<TopicPartition, Long> ends = due.isEmpty() ? Map.of() : consumer.endOffsets(partitions);
      do {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          states.read(record.key(), record.value());
        }
      } while (closing.getCount() > 0 && !isAt(consumer, ends));
      waiting.removeAll(due);
      due.forEach(reached -> reached.done.complete(null));
    }
  }

  private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
    List<PartitionInfo> found = consumer.partitionsFor(Topics.DELIVERY_STATE);
    if (found == null || found.isEmpty()) {
      throw new IllegalStateException(
          "Kafka has no topic "
              + Topics.DELIVERY_STATE
              + ": 'tracetide topics --create' creates it");
    }
    return found.stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
  }

  private static boolean isAt(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private void awaitClosing() {
    try {
      closing.await(RESTART.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closing.countDown();
      Thread.currentThread().interrupt();
    }
  }

  /** A caller that waits. */
  private static final class Barrier {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(POLL.multipliedBy(20).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
