package io.tracetide.gateway.receive;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bodies that wait for a worker, and how long another one would wait. Bytes in flight bound
 * memory; this bounds time: what is taken in is answered soon under any load, and what cannot be is
 * refused before its body costs anything, so that more load does not mean less work done.
 *
 * <p>The wait to come is that of those who wait already: as many as there are, times what one took
 * lately, shared by the workers.
 */
final class Backlog {

  /** What a newcomer may have before it; the rest of a second is for Kafka. */
  private static final long LONGEST_QUEUE_NANOS = Duration.ofMillis(250).toNanos();

  /** After which a body is not read any more: several came at once, or bodies became dear. */
  private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(500).toNanos();

  /** Of the last body in the mean. */
  private static final double SHARE = 1.0 / 16;

  private final int workers;
  private final AtomicInteger waiting = new AtomicInteger();

  /** Written by all workers; one lost update more or less is nothing. */
  private volatile double meanNanos;

  Backlog(int workers) {
    this.workers = workers;
  }

  /** Whether another body would wait for too long. */
  boolean isFull() {
    return waiting.get() * meanNanos > (double) LONGEST_QUEUE_NANOS * workers;
  }

  /** Another body waits, from now on. */
  Ticket enter(long nowNanos) {
    waiting.incrementAndGet();
    return new Ticket(nowNanos);
  }

  /** Reading a body took so long. */
  void took(long nanos) {
    double mean = meanNanos;
    meanNanos = mean + (nanos - mean) * SHARE;
  }

  /** The place of one body. */
  final class Ticket {

    private final long sinceNanos;

    private Ticket(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }

    /** It is the body's turn. Says whether that is soon enough. */
    boolean leave(long nowNanos) {
      waiting.decrementAndGet();
      return nowNanos - sinceNanos <= LONGEST_WAIT_NANOS;
    }
  }
}
