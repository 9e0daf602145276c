package io.tracetide.runtime.kafka.delivery;

import io.tracetide.runtime.kafka.delivery.GroupQueues.Next;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Queue between the thread that reads the records of a receiver and the thread that sends them.
 * Thread-safe; a single thread takes.
 */
public final class DeliveryQueue {
  /** Shorter than the session timeout of the consumers that read notifications. */
  private static final Duration MEMBERSHIP = Duration.ofSeconds(9);

  private static final Next FROZEN = new Next.Wait(Duration.ofMillis(100).toNanos());

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final GroupQueues lanes;
  private final LongSupplier nanoTime;
  private Optional<MessageRate> limit;
  private Set<Delivery> inFlight = Set.of();
  private @Nullable Long polledAt;

  /**
   * An empty queue without a limit of messages.
   *
   * @param nanoTime as {@link System#nanoTime()}
   */
  public DeliveryQueue(LongSupplier nanoTime) {
    this(nanoTime, Optional.empty());
  }

  /**
   * An empty queue.
   *
   * @param nanoTime as {@link System#nanoTime()}
   * @param rate limit of messages; empty for none
   */
  public DeliveryQueue(LongSupplier nanoTime, Optional<MessageRate> rate) {
    this.nanoTime = nanoTime;
    this.limit = rate;
    this.lanes =
        rate.map(
                config ->
                    new GroupQueues(
                        new MessageTokens(config, nanoTime.getAsLong()), config.combined()))
            .orElseGet(GroupQueues::new);
  }

  /** Replaces the limit of messages; empty for none. The same limit changes nothing. */
  public void limit(Optional<MessageRate> rate) {
    lock.lock();
    try {
      if (!rate.equals(limit)) {
        limit = rate;
        lanes.limit(rate, nanoTime.getAsLong());
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes all deliveries due that wait for their next try, for example through another channel. */
  public void retryNow() {
    lock.lock();
    try {
      lanes.retryNow(nanoTime.getAsLong());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the reader is still a member of its group. */
  void polled() {
    lock.lock();
    try {
      boolean wasFrozen = isFrozen();
      polledAt = nanoTime.getAsLong();
      if (wasFrozen) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the reader was not seen for so long that another instance may have its partitions, for
   * example because the process was suspended.
   */
  private boolean isFrozen() {
    return polledAt != null && nanoTime.getAsLong() - polledAt > MEMBERSHIP.toNanos();
  }

  void offer(Collection<Delivery> deliveries) {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      deliveries.forEach(delivery -> lanes.offer(delivery, now));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next delivery, which is in flight until it has ended or failed. Never returns
   * {@link Next.Wait}.
   */
  public Next take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      inFlight = Set.of();
      while (true) {
        Next next = isFrozen() ? FROZEN : lanes.next(nanoTime.getAsLong());
        if (next instanceof Next.Wait wait) {
          changed.awaitNanos(wait.nanos());
        } else {
          inFlight = deliveriesOf(next);
          return next;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Removes a delivery that has ended. */
  public void done(Delivery delivery) {
    settle(() -> lanes.done(delivery, nanoTime.getAsLong()));
  }

  /** Removes deliveries that have ended, in the order of their lanes; the others stay in flight. */
  public void done(Collection<Delivery> deliveries) {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      Set<Delivery> left = new HashSet<>(inFlight);
      for (Delivery delivery : deliveries) {
        lanes.done(delivery, now);
        left.remove(delivery);
      }
      inFlight = left;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Puts a failed delivery off for the given time. */
  public void failed(Delivery delivery, Duration backoff) {
    settle(() -> lanes.failed(delivery, nanoTime.getAsLong() + backoff.toNanos()));
  }

  /** Puts deliveries that were combined off for the given time; they are combined again. */
  public void failed(List<Delivery> deliveries, Duration backoff) {
    settle(() -> lanes.failed(deliveries, nanoTime.getAsLong() + backoff.toNanos()));
  }

  /** Counts a message that the receiver has got, for the limit of its messages. */
  public void spend() {
    lock.lock();
    try {
      lanes.spend(nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** Whether messages are so limited that deliveries are combined. */
  boolean isLimited() {
    lock.lock();
    try {
      return lanes.isLimited(nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of the deliveries that wait or are in flight. */
  long bytes() {
    lock.lock();
    try {
      return lanes.bytes();
    } finally {
      lock.unlock();
    }
  }

  /** Holds back all deliveries for the given time. */
  public void hold(Duration pause) {
    lock.lock();
    try {
      lanes.hold(nanoTime.getAsLong() + pause.toNanos());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes the waiting deliveries of these partitions and waits for the one in flight to end.
   *
   * @return whether no delivery of these partitions is in flight any more
   */
  boolean drop(Collection<TopicPartition> partitions, Duration patience) {
    lock.lock();
    try {
      lanes.dropIf(d -> !inFlight.contains(d) && partitions.contains(d.partition()));
      long left = patience.toNanos();
      while (isInFlight(partitions) && left > 0) {
        left = changed.awaitNanos(left);
      }
      lanes.dropIf(d -> partitions.contains(d.partition()));
      return !isInFlight(partitions);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lanes.dropIf(d -> partitions.contains(d.partition()));
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all deliveries were dropped, at most the given time; returns whether they were. */
  public boolean awaitDropped(Collection<Delivery> deliveries, Duration patience)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(patience.toMillis());
      while (deliveries.stream().anyMatch(lanes::holds) && left > 0) {
        left = changed.awaitNanos(left);
      }
      return deliveries.stream().noneMatch(lanes::holds);
    } finally {
      lock.unlock();
    }
  }

  /** Whether the delivery waits or is in flight, that is, has not ended and was not dropped. */
  public boolean holds(Delivery delivery) {
    lock.lock();
    try {
      return lanes.holds(delivery);
    } finally {
      lock.unlock();
    }
  }

  /** Deliveries that wait or are in flight. */
  public int size() {
    lock.lock();
    try {
      return lanes.size();
    } finally {
      lock.unlock();
    }
  }

  private void settle(Runnable settlement) {
    lock.lock();
    try {
      settlement.run();
      inFlight = Set.of();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isInFlight(Collection<TopicPartition> partitions) {
    return inFlight.stream().anyMatch(delivery -> partitions.contains(delivery.partition()));
  }

  private static Set<Delivery> deliveriesOf(Next next) {
    if (next instanceof Next.Send send) {
      return Set.of(send.delivery());
    }
    if (next instanceof Next.Supersede supersede) {
      return Set.of(supersede.delivery());
    }
    Set<Delivery> deliveries = new HashSet<>();
    if (next instanceof Next.Combine combine) {
      deliveries.addAll(combine.newest());
      deliveries.addAll(combine.superseded());
    }
    return deliveries;
  }
}
