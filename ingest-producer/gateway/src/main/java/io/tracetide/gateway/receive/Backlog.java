package io.tracetide.gateway.receive;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The queue of bodies that wait for a worker. It bounds the waiting time: a request that would wait
 * too long is refused before its body is read, so that throughput does not fall under overload.
 *
 * <p>The expected waiting time is the length of the queue times the recent mean time per body,
 * divided by the number of workers.
 */
final class Backlog {

  /** Limit of the expected waiting time of a new body. */
  private static final long MAX_EXPECTED_NANOS = Duration.ofMillis(250).toNanos();

  /** Limit of the actual waiting time; it exceeds the expected one after a burst. */
  private static final long MAX_WAIT_NANOS = Duration.ofMillis(500).toNanos();

  /** Weight of the last body in the moving mean. */
  private static final double WEIGHT = 1.0 / 16;

  private final int workers;
  private final AtomicInteger waiting = new AtomicInteger();

  /** Written by all workers; a lost update does no harm. */
  private volatile double meanNanos;

  Backlog(int workers) {
    this.workers = workers;
  }

  /** Whether another body would wait too long. */
  boolean isFull() {
    return waiting.get() * meanNanos > (double) MAX_EXPECTED_NANOS * workers;
  }

  /** Adds a body to the queue. */
  Ticket enter(long nowNanos) {
    waiting.incrementAndGet();
    return new Ticket(nowNanos);
  }

  /** Records how long a worker took to read a body. */
  void completed(long nanos) {
    double mean = meanNanos;
    meanNanos = mean + (nanos - mean) * WEIGHT;
  }

  /** A body in the queue. */
  final class Ticket {

    private final long sinceNanos;

    private Ticket(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }

    /** Removes the body from the queue; false when it has waited too long. */
    boolean leave(long nowNanos) {
      waiting.decrementAndGet();
      return nowNanos - sinceNanos <= MAX_WAIT_NANOS;
    }
  }
}
