package io.tracetide.alert.topology;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this process was suspended, for example by SIGSTOP or together with its machine.
 *
 * <p>Requests that arrived meanwhile are read when it goes on. Their clients have given up and
 * repeated them at another instance, and may since have sent the opposite: an alert that has ended
 * would begin again. Nothing distinguishes such a request from one that has just arrived, so all
 * are in doubt for a few seconds. Thread-safe.
 */
public final class SuspensionWatch implements AutoCloseable {
  /** Shorter pauses are ordinary, such as a garbage collection; clients wait for that long. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** In this time after a suspension the requests that have waited are read. */
  static final Duration DOUBT = Duration.ofSeconds(5);

  private static final Duration BEAT = Duration.ofMillis(500);
  private static final Logger log = LoggerFactory.getLogger(SuspensionWatch.class);

  private final Clock clock;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(SuspensionWatch::thread);
  private Instant seenAt;
  private @Nullable Instant resumedAt;

  /**
   * Sees the process run once, until it is started.
   *
   * @param clock goes on while the process is suspended
   */
  SuspensionWatch(Clock clock) {
    this.clock = clock;
    this.seenAt = clock.instant();
  }

  /** Watches until it is closed. */
  public static SuspensionWatch start(Clock clock) {
    SuspensionWatch watch = new SuspensionWatch(clock);
    ScheduledFuture<?> unused = // Cancelled when the watch is closed.
        watch.beats.scheduleWithFixedDelay(
            watch::isInDoubt, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "suspension-watch");
    thread.setDaemon(true);
    return thread;
  }

  /** Whether a request that is handled now may have waited while the process was suspended. */
  synchronized boolean isInDoubt() {
    Instant now = clock.instant();
    Duration pause = Duration.between(seenAt, now);
    seenAt = now;
    if (pause.compareTo(LONGEST_PAUSE) > 0) {
      resumedAt = now;
      log.warn("the process was suspended pauseMs={}", pause.toMillis());
    }
    // Also in doubt if the clock was set back since, by less than that.
    return resumedAt != null && Duration.between(resumedAt, now).abs().compareTo(DOUBT) < 0;
  }

  @Override
  public void close() {
    beats.shutdownNow();
  }
}
