package io.tracetide.runtime.kafka.delivery;

import io.tracetide.schemas.size.Oversized;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of one receiver into its queue and commits the offsets of those that are done.
 * Polling is never blocked by a delivery: when the queue is full the partitions are paused. Each
 * receiver has a consumer group of its own, so that one that is down for a day does not delay the
 * offsets of the others.
 */
public final class DeliveryReader implements Runnable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration BROKER_PATIENCE = Duration.ofSeconds(5);

  /** Of the values that are held for a receiver, beside one poll. */
  private static final long MAX_BYTES = 16L << 20;

  private static final String STARTING = "starting";
  private static final long FIRST_RESTART_MILLIS = 500;
  private static final long MAX_RESTART_MILLIS = 30_000;
  private static final Logger log = LoggerFactory.getLogger(DeliveryReader.class);

  private final String receiver;
  private final String topic;
  private final Predicate<String> concerns;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final DeliveryQueue queue;
  private volatile DeliveryConfig config;
  private final Runnable beforeAssignment;
  private final Map<TopicPartition, OffsetLedger> ledgers = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private long restartMillis = FIRST_RESTART_MILLIS;
  private volatile String trouble = STARTING;
  private volatile boolean idle;

  /**
   * Reads nothing until it is run.
   *
   * @param receiver name of the receiver, for log lines
   * @param topic topic to read
   * @param concerns whether a record with this key belongs to the receiver; others are done at once
   * @param consumers opens a consumer of the receiver's group
   * @param queue receives the records
   * @param beforeAssignment is run before records of new partitions are delivered; its exception
   *     starts the reading over
   */
  public DeliveryReader(
      String receiver,
      String topic,
      Predicate<String> concerns,
      Supplier<Consumer<byte[], byte[]>> consumers,
      DeliveryQueue queue,
      DeliveryConfig config,
      Runnable beforeAssignment) {
    this.receiver = receiver;
    this.topic = topic;
    this.concerns = concerns;
    this.consumers = consumers;
    this.queue = queue;
    this.config = config;
    this.beforeAssignment = beforeAssignment;
  }

  /** Why reading fails; empty while it does not. */
  public String trouble() {
    return trouble;
  }

  /** Whether it has not failed and has not read yet. */
  public boolean isStarting() {
    return trouble.equals(STARTING);
  }

  /** Whether the newest poll has found no record, and what was read before is done. */
  public boolean isIdle() {
    return idle && trouble.isEmpty() && queue.size() == 0;
  }

  /** Replaces the settings. */
  public void configure(DeliveryConfig other) {
    config = other;
  }

  /** Ends reading after the current poll and commits what is done. */
  public void close() {
    closing.countDown();
  }

  /** Reads until closed. A failure is logged, and reading starts over after a pause. */
  @Override
  public void run() {
    while (!isClosing()) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        read(consumer);
      } catch (RuntimeException e) {
        trouble = e.getClass().getSimpleName();
        log.warn("reading failed, starting over receiver={} inMs={}", receiver, restartMillis, e);
        abandon(Set.copyOf(ledgers.keySet()));
        awaitClosing(restartMillis);
        restartMillis = Math.min(restartMillis * 2, MAX_RESTART_MILLIS);
      }
    }
    trouble = "closed";
  }

  private void read(Consumer<byte[], byte[]> consumer) {
    consumer.subscribe(List.of(topic), new Rebalance(consumer));
    while (!isClosing()) {
      regulate(consumer);
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      List<Delivery> deliveries = new ArrayList<>();
      records.forEach(record -> begin(record).ifPresent(deliveries::add));
      // At once, so that those of one poll are combined when messages are limited.
      queue.offer(deliveries);
      idle = records.isEmpty() && consumer.paused().isEmpty();
      queue.polled();
      trouble = "";
      restartMillis = FIRST_RESTART_MILLIS;
      commit(consumer, ledgers.keySet());
    }
    release(consumer, Set.copyOf(ledgers.keySet()));
  }

  /**
   * Keeps polling, which keeps the group, without reading more than fits. While messages are
   * limited, more fit, because they are combined.
   */
  private void regulate(Consumer<byte[], byte[]> consumer) {
    int waiting = queue.size();
    long bytes = queue.bytes();
    DeliveryConfig current = config;
    int capacity =
        queue.isLimited()
            ? Math.max(current.queueCapacity(), current.rate().combined())
            : current.queueCapacity();
    if (waiting >= capacity || bytes >= MAX_BYTES) {
      consumer.pause(consumer.assignment());
    } else if (waiting <= capacity / 2 && bytes <= MAX_BYTES / 2) {
      consumer.resume(consumer.paused());
    }
  }

  /** The delivery of a record; empty if it is done already or is not for the receiver. */
  private Optional<Delivery> begin(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    OffsetLedger ledger = ledgers.get(partition);
    if (ledger == null || !ledger.begin(record.offset())) {
      return Optional.empty();
    }
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (!concerns.test(key)) {
      ledger.complete(record.offset());
      return Optional.empty();
    }
    byte[] value = record.value() == null ? new byte[0] : record.value();
    return Optional.of(
        new Delivery(
            ledger,
            partition,
            record.offset(),
            key,
            value,
            Oversized.in(record.headers()),
            record.headers().lastHeader(Delivery.REPLAYED_AT) != null));
  }

  private void commit(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    Map<OffsetLedger, OffsetAndMetadata> due = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetLedger ledger = ledgers.get(partition);
      if (ledger != null) {
        ledger
            .due()
            .ifPresent(
                offset -> {
                  offsets.put(partition, offset);
                  due.put(ledger, offset);
                });
      }
    }
    if (offsets.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(offsets, BROKER_PATIENCE);
      due.forEach(OffsetLedger::committed);
    } catch (CommitFailedException | RebalanceInProgressException e) {
      // Another member gets the partitions and repeats what is uncommitted.
      log.info("commit refused in a rebalance receiver={}", receiver);
    } catch (RetriableException e) {
      log.warn("commit put off receiver={} cause={}", receiver, e.toString());
    }
  }

  /** Waits for the delivery in flight, commits what is done and releases the partitions. */
  private void release(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    queue.drop(partitions, config.drainTimeout());
    commit(consumer, partitions);
    ledgers.keySet().removeAll(new HashSet<>(partitions));
  }

  /** The partitions are assigned to another member already. */
  private void abandon(Collection<TopicPartition> partitions) {
    queue.drop(partitions, Duration.ZERO);
    ledgers.keySet().removeAll(new HashSet<>(partitions));
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void awaitClosing(long millis) {
    try {
      closing.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
    }
  }

  private final class Rebalance implements ConsumerRebalanceListener {
    private final Consumer<byte[], byte[]> consumer;

    Rebalance(Consumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (partitions.isEmpty()) {
        return;
      }
      beforeAssignment.run();
      Map<TopicPartition, OffsetAndMetadata> committed =
          consumer.committed(Set.copyOf(partitions), BROKER_PATIENCE);
      partitions.forEach(p -> ledgers.put(p, OffsetLedger.resume(committed.get(p))));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      release(consumer, partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      abandon(partitions);
    }
  }
}
