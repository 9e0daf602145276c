package io.tracetide.client;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A queue from the application's threads to the sender: a ring buffer, bounded in events and bytes,
 * that drops its oldest events when it is full. Dropping costs the caller no more than adding.
 *
 * <p>It is lock-free, so a suspended thread does not block others. A slot is claimed by
 * incrementing a position, and its sequence number grants access (D. Vyukov, "Bounded MPMC queue",
 * 2010; here producers also consume, to make room).
 *
 * <p>Waking a thread takes a system call of some microseconds. So the sender polls every {@value
 * #NAP_MS} ms while there are events, and is woken when the queue is half full; only after a second
 * without events does it sleep until the next event wakes it.
 *
 * @param <E> type of the events
 */
final class EventQueue<E> {

  private static final long NAP_MS = 10;
  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(NAP_MS);
  private static final int NAPS_BEFORE_SLEEP = 100;

  /** Attempts of a caller to add to a queue that others keep full: some microseconds. */
  private static final int MAX_TRIES = 200;

  private final int capacity;
  private final long maxBytes;
  private final ToIntFunction<? super E> size;
  private final EventCounts counts;

  // A slot belongs to the event with position p while its sequence is p + 1, and is free for it
  // while that is p. One slot more than events, because a full ring of one would look empty.
  private final @Nullable Object[] ring;
  private final int[] sizes;
  private final AtomicLongArray sequences;
  private final AtomicLong head = new AtomicLong();
  private final AtomicLong tail = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  private volatile @Nullable Thread sender;
  private volatile boolean asleep;
  private volatile boolean woken;
  private volatile boolean closed;
  private int naps; // Sender's thread only.

  /**
   * A queue.
   *
   * @param capacity limit of events
   * @param maxBytes limit of their heap
   * @param size heap of an event in bytes
   * @param counts counts dropped events
   */
  EventQueue(int capacity, long maxBytes, ToIntFunction<? super E> size, EventCounts counts) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
    this.size = size;
    this.counts = counts;
    int slots = capacity + 1;
    this.ring = new Object[slots];
    this.sizes = new int[slots];
    this.sequences = new AtomicLongArray(slots);
    for (int i = 0; i < slots; i++) {
      sequences.set(i, i);
    }
  }

  /** Adds an event and drops the oldest ones to make room. Drops it if that fails. */
  void add(E event) {
    int held = size.applyAsInt(event);
    if (held > maxBytes) {
      counts.dropped(DropReason.TOO_LARGE);
      return;
    }
    int displaced = 0;
    int tries = 0;
    boolean in = false;
    while (!in && tries++ < MAX_TRIES) {
      if (tail.get() - head.get() >= capacity || bytes.get() + held > maxBytes) {
        displaced += poll() == null ? 0 : 1;
      } else {
        in = offer(event, held);
      }
    }
    if (displaced > 0 || !in) {
      counts.dropped(DropReason.QUEUE_FULL, in ? displaced : displaced + 1);
    }
    if (closed) {
      counts.dropped(DropReason.CLOSED, drain());
    }
  }

  /** False when the ring has no free slot after all. */
  private boolean offer(E event, int held) {
    while (true) {
      long position = tail.get();
      int slot = slot(position);
      long lead = sequences.get(slot) - position;
      if (lead < 0) {
        return false;
      }
      if (lead == 0 && tail.compareAndSet(position, position + 1)) {
        ring[slot] = event;
        sizes[slot] = held;
        long before = bytes.getAndAdd(held);
        sequences.set(slot, position + 1);
        rouse(position, before, held);
        return true;
      }
    }
  }

  private void rouse(long position, long bytesBefore, int held) {
    boolean halfFull = position - head.get() == capacity / 2;
    boolean halfHeavy = bytesBefore <= maxBytes / 2 && bytesBefore + held > maxBytes / 2;
    if (asleep || halfFull || halfHeavy) {
      LockSupport.unpark(sender);
    }
  }

  /** Removes the oldest event; null when there is none, or it is still being added. */
  private @Nullable E poll() {
    while (true) {
      long position = head.get();
      int slot = slot(position);
      long lead = sequences.get(slot) - (position + 1);
      if (lead < 0) {
        return null;
      }
      if (lead == 0 && head.compareAndSet(position, position + 1)) {
        @SuppressWarnings("unchecked") // Only events are put in.
        E oldest = (E) ring[slot];
        ring[slot] = null;
        bytes.addAndGet(-sizes[slot]);
        sequences.set(slot, position + ring.length);
        return oldest;
      }
    }
  }

  /**
   * Moves the oldest events; returns without events after the timeout or a call of {@link #wake}.
   * Used by the sender's thread only.
   */
  void take(Collection<? super E> into, int maxEvents, long maxWaitNanos)
      throws InterruptedException {
    sender = Thread.currentThread();
    await(maxWaitNanos);
    woken = false;
    for (int i = 0; i < maxEvents; i++) {
      E event = poll();
      if (event == null) {
        return;
      }
      into.add(event);
      naps = 0;
    }
  }

  /** Waits for more events, unless the queue is woken. Used by the sender's thread only. */
  void linger(long nanos) {
    if (!woken) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  /** Limit of events. */
  int capacity() {
    return capacity;
  }

  private void await(long maxWaitNanos) throws InterruptedException {
    long began = System.nanoTime();
    while (nothingToDo()) {
      long left = maxWaitNanos - (System.nanoTime() - began);
      if (left <= 0) {
        return;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      rest(left);
    }
  }

  private void rest(long atMostNanos) {
    if (naps < NAPS_BEFORE_SLEEP) {
      naps++;
      LockSupport.parkNanos(this, Math.min(NAP_NANOS, atMostNanos));
      return;
    }
    asleep = true;
    // An event added before {@code asleep} was visible does not wake this thread.
    if (nothingToDo()) {
      LockSupport.parkNanos(this, atMostNanos);
    }
    asleep = false;
  }

  private boolean nothingToDo() {
    long position = head.get();
    return sequences.get(slot(position)) - (position + 1) < 0 && !woken;
  }

  /** Drops all queued and all further events; returns the number of queued ones. */
  int close() {
    closed = true;
    return drain();
  }

  private int drain() {
    int waiting = 0;
    while (poll() != null) {
      waiting++;
    }
    return waiting;
  }

  /** Wakes the sender. */
  void wake() {
    woken = true;
    LockSupport.unpark(sender);
  }

  /** Number of events added so far, which is the position of the next one. */
  long added() {
    return tail.get();
  }

  /** Number of events removed so far, taken or dropped. */
  long removed() {
    return head.get();
  }

  private int slot(long position) {
    return (int) (position % ring.length);
  }
}
