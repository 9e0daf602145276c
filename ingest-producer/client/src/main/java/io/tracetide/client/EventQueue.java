package io.tracetide.client;

import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Events between the application's threads and the sender: a ring that gives up its oldest events
 * when there are too many, or too many bytes of them. The newest ones say what happens now, and to
 * drop costs the caller no more than to add.
 *
 * <p>The lock is held for a few instructions and never while waiting for anything else; a caller
 * who does not get it within a millisecond drops the event rather than wait on.
 *
 * <p>To wake a thread costs the waker a system call, some microseconds. So while there is work the
 * sender looks up by itself every {@value #NAP_MS} ms, and is woken when half of the queue is full;
 * only a sender that found nothing for a second sleeps until the next event wakes it.
 *
 * @param <E> what waits
 */
final class EventQueue<E> {

  private static final int SPINS = 50;
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long NAP_MS = 10;
  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(NAP_MS);
  private static final int NAPS_BEFORE_SLEEP = 100;

  private final @Nullable Object[] ring;
  private final int[] sizes;
  private final long maxBytes;
  private final ToIntFunction<? super E> size;
  private final Ledger ledger;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  // All below are guarded by the lock.
  private long added;
  private long removed;
  private long bytes;
  private int naps;
  private boolean asleep;
  private boolean woken;
  private boolean closed;

  /**
   * A queue.
   *
   * @param capacity events that may wait
   * @param maxBytes of heap that they may hold
   * @param size bytes of heap that one holds
   * @param ledger told of what is dropped
   */
  EventQueue(int capacity, long maxBytes, ToIntFunction<? super E> size, Ledger ledger) {
    this.ring = new Object[capacity];
    this.sizes = new int[capacity];
    this.maxBytes = maxBytes;
    this.size = size;
    this.ledger = ledger;
  }

  /** Adds an event, and lets the oldest go where it takes that; or drops it. Counts what drops. */
  void add(E event) {
    int heldBytes = size.applyAsInt(event);
    if (heldBytes > maxBytes) {
      ledger.dropped(DropReason.TOO_LARGE);
      return;
    }
    if (!enter()) {
      ledger.dropped(DropReason.CONTENDED);
      return;
    }
    int displaced;
    try {
      if (closed) {
        ledger.dropped(DropReason.CLOSED);
        return;
      }
      displaced = makeRoom(heldBytes);
      put(event, heldBytes);
    } finally {
      lock.unlock();
    }
    if (displaced > 0) {
      ledger.dropped(DropReason.QUEUE_FULL, displaced);
    }
  }

  /** The lock; false when it is not to be had in time. An interrupt does not hurry anybody. */
  private boolean enter() {
    for (int i = 0; i < SPINS; i++) {
      if (lock.tryLock()) {
        return true;
      }
      Thread.onSpinWait();
    }
    try {
      return lock.tryLock(LONGEST_WAIT_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return lock.tryLock();
    }
  }

  private int makeRoom(int heldBytes) {
    int displaced = 0;
    while (added - removed == ring.length || bytes + heldBytes > maxBytes) {
      takeOldest();
      displaced++;
    }
    return displaced;
  }

  private void put(E event, int heldBytes) {
    int slot = slot(added++);
    ring[slot] = event;
    sizes[slot] = heldBytes;
    boolean halfBytes = bytes <= maxBytes / 2 && bytes + heldBytes > maxBytes / 2;
    bytes += heldBytes;
    if (asleep || halfBytes || added - removed == ring.length / 2 + 1) {
      notEmpty.signal();
    }
  }

  private E takeOldest() {
    int slot = slot(removed++);
    @SuppressWarnings("unchecked") // Only events are put in.
    E oldest = (E) ring[slot];
    ring[slot] = null;
    bytes -= sizes[slot];
    return oldest;
  }

  /**
   * Moves the oldest events, at most so many; none when there are none within the time, or when
   * {@link #wake} was called.
   */
  void take(Collection<? super E> into, int most, long maxWaitNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      await(maxWaitNanos);
      woken = false;
      for (int i = 0; i < most && added > removed; i++) {
        into.add(takeOldest());
        naps = 0;
      }
    } finally {
      lock.unlock();
    }
  }

  private void await(long maxWaitNanos) throws InterruptedException {
    long left = maxWaitNanos;
    while (added == removed && !woken && left > 0) {
      asleep = naps >= NAPS_BEFORE_SLEEP;
      if (asleep) {
        left = notEmpty.awaitNanos(left);
      } else {
        naps++;
        long nap = Math.min(NAP_NANOS, left);
        left -= nap - Math.max(0, notEmpty.awaitNanos(nap));
      }
    }
    asleep = false;
  }

  /** Refuses events from now on, gives up all that waits, and says how many they were. */
  int close() {
    lock.lock();
    try {
      closed = true;
      int waiting = (int) (added - removed);
      removed = added;
      bytes = 0;
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
