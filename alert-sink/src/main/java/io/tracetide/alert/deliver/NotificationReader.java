package io.tracetide.alert.deliver;

import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the notifications of one receiver into its queue and commits what is done. Polling is never
 * blocked by a delivery: when the queue is full the partitions are paused. Each receiver has a
 * consumer group of its own, so that one that is down for a day does not delay the offsets of the
 * others.
 */
final class NotificationReader implements Runnable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration BROKER_PATIENCE = Duration.ofSeconds(5);
  private static final long FIRST_RESTART_MILLIS = 500;
  private static final long MAX_RESTART_MILLIS = 30_000;
  private static final Logger log = LoggerFactory.getLogger(NotificationReader.class);

  private final Receiver receiver;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final DeliveryQueue queue;
  private final DeliveryConfig config;
  private final Map<TopicPartition, OffsetLedger> ledgers = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private long restartMillis = FIRST_RESTART_MILLIS;
  private volatile String trouble = "starting";

  NotificationReader(
      Receiver receiver,
      Supplier<Consumer<byte[], byte[]>> consumers,
      DeliveryQueue queue,
      DeliveryConfig config) {
    this.receiver = receiver;
    this.consumers = consumers;
    this.queue = queue;
    this.config = config;
  }

  /** Why it does not read; empty while it does. */
  String trouble() {
    return trouble;
  }

  /** Ends after the poll that is under way, with what is done committed. */
  void close() {
    closing.countDown();
  }

  /** Reads until closed; whatever ends it before is logged, and it starts over after a while. */
  @Override
  public void run() {
    while (!isClosing()) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        read(consumer);
      } catch (RuntimeException e) {
        trouble = e.getClass().getSimpleName();
        log.warn(
            "reading failed, starting over receiver={} inMs={}", receiver.name(), restartMillis, e);
        abandon(Set.copyOf(ledgers.keySet()));
        awaitClosing(restartMillis);
        restartMillis = Math.min(restartMillis * 2, MAX_RESTART_MILLIS);
      }
    }
    trouble = "closed";
  }

  private void read(Consumer<byte[], byte[]> consumer) {
    consumer.subscribe(List.of(Topics.NOTIFICATIONS), new Rebalance(consumer));
    while (!isClosing()) {
      regulate(consumer);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        accept(record);
      }
      trouble = "";
      restartMillis = FIRST_RESTART_MILLIS;
      commit(consumer, ledgers.keySet());
    }
    release(consumer, Set.copyOf(ledgers.keySet()));
  }

  /** Keeps polling, which keeps the group, without reading more than fits. */
  private void regulate(Consumer<byte[], byte[]> consumer) {
    int waiting = queue.size();
    if (waiting >= config.queueCapacity()) {
      consumer.pause(consumer.assignment());
    } else if (waiting <= config.queueCapacity() / 2) {
      consumer.resume(consumer.paused());
    }
  }

  private void accept(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    OffsetLedger ledger = ledgers.get(partition);
    if (ledger == null || !ledger.begin(record.offset())) {
      return;
    }
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (receiver.concerns().test(key)) {
      byte[] value = record.value() == null ? new byte[0] : record.value();
      queue.offer(
          new Delivery(
              ledger, partition, record.offset(), key, value, Oversized.in(record.headers())));
    } else {
      ledger.complete(record.offset());
    }
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
      // Another member has the partitions or will get them, and repeats what is uncommitted.
      log.info("commit refused in a rebalance receiver={}", receiver.name());
    } catch (RetriableException e) {
      log.warn("commit put off receiver={} cause={}", receiver.name(), e.toString());
    }
  }

  /** Lets what is in flight end, commits what is done and gives the partitions away. */
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
