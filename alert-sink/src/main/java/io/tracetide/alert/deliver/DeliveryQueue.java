package io.tracetide.alert.deliver;

import io.tracetide.alert.deliver.GroupQueues.Next;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Between the thread that reads the notifications of a receiver and the one that sends them.
 * Thread-safe; one thread takes.
 */
final class DeliveryQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final GroupQueues lanes = new GroupQueues();
  private final LongSupplier nanoTime;
  private @Nullable Delivery inFlight;

  DeliveryQueue(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  void offer(Delivery delivery) {
    lock.lock();
    try {
      lanes.offer(delivery, nanoTime.getAsLong());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to do; it is in flight until it is settled. Never answers with a wait. */
  Next take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      inFlight = null;
      while (true) {
        Next next = lanes.next(nanoTime.getAsLong());
        if (next instanceof Next.Wait wait) {
          changed.awaitNanos(wait.nanos());
        } else {
          inFlight = deliveryOf(next);
          return next;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** It is over. */
  void done(Delivery delivery) {
    settle(() -> lanes.done(delivery, nanoTime.getAsLong()));
  }

  /** It failed, and is due again after that. */
  void failed(Delivery delivery, Duration backoff) {
    settle(() -> lanes.failed(delivery, nanoTime.getAsLong() + backoff.toNanos()));
  }

  /** Leaves the receiver alone for so long. */
  void hold(Duration pause) {
    lock.lock();
    try {
      lanes.hold(nanoTime.getAsLong() + pause.toNanos());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forgets what waits of these partitions, and gives what is in flight some time to end.
   *
   * @return whether nothing of them is in flight any more
   */
  boolean drop(Collection<TopicPartition> partitions, Duration patience) {
    lock.lock();
    try {
      lanes.dropIf(d -> d != inFlight && partitions.contains(d.partition()));
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

  /** Waits until the delivery was dropped, or that long. */
  boolean awaitDropped(Delivery delivery, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(patience.toMillis());
      while (lanes.holds(delivery) && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !lanes.holds(delivery);
    } finally {
      lock.unlock();
    }
  }

  int size() {
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
      inFlight = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isInFlight(Collection<TopicPartition> partitions) {
    return inFlight != null && partitions.contains(inFlight.partition());
  }

  private static @Nullable Delivery deliveryOf(Next next) {
    if (next instanceof Next.Send send) {
      return send.delivery();
    }
    return next instanceof Next.Supersede supersede ? supersede.delivery() : null;
  }
}
