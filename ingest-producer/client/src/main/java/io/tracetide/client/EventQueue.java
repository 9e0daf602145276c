package io.tracetide.client;

import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Events between the application's threads and the sender: a ring that gives up its oldest event
 * when it is full. The newest ones say what happens now, and to drop costs the caller no more than
 * to add.
 *
 * <p>The lock is held for a few instructions and never while waiting for anything else.
 *
 * @param <E> what waits
 */
final class EventQueue<E> {

  private final @Nullable Object[] ring;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private long added;
  private long removed;
  private boolean woken;

  EventQueue(int capacity) {
    this.ring = new Object[capacity];
  }

  /** Adds an event; false when the oldest one had to go for it. */
  boolean add(E event) {
    lock.lock();
    try {
      boolean room = added - removed < ring.length;
      if (!room) {
        removed++;
      }
      ring[slot(added++)] = event;
      notEmpty.signal();
      return room;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the oldest event; null when there is none within the time, or when {@link #wake} was
   * called.
   */
  @Nullable E poll(long maxWaitNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = maxWaitNanos;
      while (added == removed && !woken && left > 0) {
        left = notEmpty.awaitNanos(left);
      }
      woken = false;
      if (added == removed) {
        return null;
      }
      int slot = slot(removed++);
      @SuppressWarnings("unchecked") // Only events are put in.
      E oldest = (E) ring[slot];
      ring[slot] = null;
      return oldest;
    } finally {
      lock.unlock();
    }
  }

  /** Gives up all that waits, and says how many they were. */
  int clear() {
    lock.lock();
    try {
      int waiting = (int) (added - removed);
      removed = added;
      Arrays.fill(ring, null);
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Lets a waiting sender look up. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** How many events were ever added; the next one gets this as its position. */
  long added() {
    lock.lock();
    try {
      return added;
    } finally {
      lock.unlock();
    }
  }

  /** How many of them have left, taken or given up. */
  long removed() {
    lock.lock();
    try {
      return removed;
    } finally {
      lock.unlock();
    }
  }

  private int slot(long position) {
    return (int) (position % ring.length);
  }
}
