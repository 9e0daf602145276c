package io.tracetide.client;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Events between the application's threads and the sender: a ring that gives up its oldest events
 * when there are too many, or too many bytes of them. The newest ones say what happens now, and to
 * drop costs the caller no more than to add.
 *
 * <p>Nobody holds a lock, so a thread that is stopped in the middle keeps no other waiting: not the
 * sender while it moves events, nor another caller. A slot is claimed by counting up, and its
 * sequence number says who may touch it. (D. Vyukov, "Bounded MPMC queue", 2010; here the callers
 * take, too, when they make room.)
 *
 * <p>To wake a thread costs the waker a system call, some microseconds. So while there is work the
 * sender looks up by itself every {@value #NAP_MS} ms, and is woken when half of the queue is full;
 * only a sender that found nothing for a second sleeps until the next event wakes it.
 *
 * @param <E> what waits
 */
final class EventQueue<E> {

  private static final long NAP_MS = 10;
  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(NAP_MS);
  private static final int NAPS_BEFORE_SLEEP = 100;

  /**
   * How often a caller tries to get a place in a queue that stays full whatever it takes out: some
   * microseconds.
   */
  private static final int MOST_TRIES = 200;

  private final int capacity;
  private final long maxBytes;
  private final ToIntFunction<? super E> size;
  private final EventCounts ledger;

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
   * @param capacity events that may wait
   * @param maxBytes of heap that they may hold
   * @param size bytes of heap that one holds
   * @param ledger told of what is dropped
   */
  EventQueue(int capacity, long maxBytes, ToIntFunction<? super E> size, EventCounts ledger) {
    this.capacity = capacity;
    this.maxBytes = maxBytes;
    this.size = size;
    this.ledger = ledger;
    int slots = capacity + 1;
    this.ring = new Object[slots];
    this.sizes = new int[slots];
    this.sequences = new AtomicLongArray(slots);
    for (int i = 0; i < slots; i++) {
      sequences.set(i, i);
    }
  }

  /** Adds an event, and lets the oldest go where it takes that; or drops it. Counts what drops. */
  void add(E event) {
    int held = size.applyAsInt(event);
    if (held > maxBytes) {
      ledger.dropped(DropReason.TOO_LARGE);
      return;
    }
    int displaced = 0;
    int tries = 0;
    boolean in = false;
    while (!in && tries++ < MOST_TRIES) {
      if (tail.get() - head.get() >= capacity || bytes.get() + held > maxBytes) {
        displaced += poll() == null ? 0 : 1;
      } else {
        in = offer(event, held);
      }
    }
    if (displaced > 0 || !in) {
      ledger.dropped(DropReason.QUEUE_FULL, in ? displaced : displaced + 1);
    }
    if (closed) {
      ledger.dropped(DropReason.CLOSED, drain());
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

  /** The oldest event; null when there is none, or the oldest one is not quite there yet. */
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
   * Moves the oldest events, at most so many; none when there are none within the time, or when
   * {@link #wake} was called. For one thread, the sender's.
   */
  void take(Collection<? super E> into, int most, long maxWaitNanos) throws InterruptedException {
    sender = Thread.currentThread();
    await(maxWaitNanos);
    woken = false;
    for (int i = 0; i < most; i++) {
      E event = poll();
      if (event == null) {
        return;
      }
      into.add(event);
      naps = 0;
    }
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
    // An event that came before that was seen will not wake anybody.
    if (nothingToDo()) {
      LockSupport.parkNanos(this, atMostNanos);
    }
    asleep = false;
  }

  private boolean nothingToDo() {
    long position = head.get();
    return sequences.get(slot(position)) - (position + 1) < 0 && !woken;
  }

  /** Refuses events from now on, gives up all that waits, and says how many they were. */
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

  /** Lets a waiting sender look up. */
  void wake() {
    woken = true;
    LockSupport.unpark(sender);
  }

  /** How many events were ever added; the next one gets this as its position. */
  long added() {
    return tail.get();
  }

  /** How many of them have left, taken or given up. */
  long removed() {
    return head.get();
  }

  private int slot(long position) {
    return (int) (position % ring.length);
  }
}
