package io.tracetide.runtime.http;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads files again at an interval, on one thread that starts with the first of them. */
public final class Reloads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reloads.class);

  private final Duration interval;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "reloads");
            daemon.setDaemon(true);
            return daemon;
          });

  public Reloads(Duration interval) {
    this.interval = interval;
  }

  /** Runs the action at each interval. A failure does not end the repetition. */
  public void each(Runnable reload) {
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(
            () -> {
              try {
                reload.run();
              } catch (RuntimeException e) {
                log.error("files not read again", e);
              }
            },
            interval.toNanos(),
            interval.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
