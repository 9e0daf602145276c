package io.tracetide.alert.count;

import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.topology.AlertBook;
import io.tracetide.alert.topology.AlertBook.BookClosedException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the alerts and the silences of this instance again and again, in a thread of its own.
 *
 * <p>Whether an alert is suppressed changes without a change of the alert: when a silence begins or
 * ends, and with alerts that inhibit it. Numbers that are kept beside the stores would so need a
 * look at all alerts at each of these changes. Instead all are read at most every {@link
 * #INTERVAL}, with pauses so long that reading takes at most a twentieth of the time of one core,
 * however many alerts there are; a scrape returns the last numbers.
 */
public final class StateCounter implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  /** Pause while there are no numbers, such as at the start. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Shortest pause, in durations of the last count. */
  private static final int REST = 19;

  private static final Duration STOP = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(StateCounter.class);

  private final AlertBook book;
  private final Supplier<Routing> routing;
  private final SinkMetrics metrics;
  private final Clock clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "state-counter");

  /** A counter without a thread. */
  public StateCounter(AlertBook book, Supplier<Routing> routing, SinkMetrics metrics, Clock clock) {
    this.book = book;
    this.routing = routing;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Starts the thread. */
  public static StateCounter start(
      AlertBook book, Supplier<Routing> routing, SinkMetrics metrics, Clock clock) {
    StateCounter counter = new StateCounter(book, routing, metrics, clock);
    counter.thread.setDaemon(true);
    counter.thread.start();
    return counter;
  }

  private void run() {
    boolean closed = false;
    while (!closed) {
      long started = System.nanoTime();
      boolean counted = count();
      Duration rest = pause(counted, Duration.ofNanos(System.nanoTime() - started));
      try {
        closed = closing.await(rest.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** The pause after a count that took so long. */
  static Duration pause(boolean counted, Duration took) {
    Duration shortest = counted ? INTERVAL : SOON;
    Duration rest = took.multipliedBy(REST);
    return rest.compareTo(shortest) > 0 ? rest : shortest;
  }

  /**
   * Counts once. An instance without partitions, or whose partitions are restored or move, has no
   * numbers: its meters are absent rather than too low.
   *
   * @return whether there are numbers
   */
  public boolean count() {
    try {
      SortedSet<Integer> held = book.held();
      StateCounts counts = StateCounts.of(book.tables(), routing.get(), clock.instant());
      metrics.members(book.members());
      if (!held.isEmpty() && held.equals(book.held())) {
        metrics.states(counts.alerts(), counts.silences());
        return true;
      }
    } catch (BookClosedException | InvalidStateStoreException e) {
      log.debug("alerts not counted cause={}", e.toString());
    } catch (RuntimeException e) {
      log.warn("alerts not counted", e);
    }
    metrics.states(Map.of(), Map.of());
    return false;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(STOP.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
