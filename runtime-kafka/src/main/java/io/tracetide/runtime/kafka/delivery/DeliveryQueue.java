package io.tracetide.runtime.kafka.delivery;

import io.tracetide.runtime.kafka.delivery.GroupQueues.Next;
import java.time.Duration;
import java.util.Collection;
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
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final GroupQueues lanes = new GroupQueues();
  private final LongSupplier nanoTime;
  private @Nullable Delivery inFlight;

  /**
   * An empty queue.
   *
   * @param nanoTime as {@link System#nanoTime()}
   */
  public DeliveryQueue(LongSupplier nanoTime) {
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

  /**
   * Waits for the next delivery, which is in flight until {@link #done} or {@link #failed}. Never
   * returns {@link Next.Wait}.
   */
  public Next take() throws InterruptedException {
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

  /** Removes a delivery that has ended. */
  public void done(Delivery delivery) {
    settle(() -> lanes.done(delivery, nanoTime.getAsLong()));
  }

  /** Puts a failed delivery off for the given time. */
  public void failed(Delivery delivery, Duration backoff) {
    settle(() -> lanes.failed(delivery, nanoTime.getAsLong() + backoff.toNanos()));
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

  /** Waits until the delivery was dropped, at most the given time; returns whether it was. */
  public boolean awaitDropped(Delivery delivery, Duration patience) throws InterruptedException {
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
