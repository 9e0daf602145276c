package io.tracetide.runtime.kafka.streams;

import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of a thread of a Streams application that failed. It is replaced, so that a
 * passing fault passes; when it fails again and again, the application stops loudly instead of
 * failing for ever.
 *
 * <p>A registry that cannot be reached is waited for without end: the records behind it are good,
 * and stopping would not bring it back.
 */
public final class ThreadRestarts implements StreamsUncaughtExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ThreadRestarts.class);
  private static final int MOST = 5;
  private static final Duration WITHIN = Duration.ofMinutes(10);

  private final Clock clock;
  private final Deque<Long> failures = new ArrayDeque<>();

  public ThreadRestarts(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
    if (isRegistryOutage(failure)) {
      log.warn("schema registry unavailable, reading again detail=\"{}\"", failure.getMessage());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    if (!mayRestart()) {
      log.error("processing fails again and again, stopping failures={}", failures.size(), failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    log.error("processing thread failed, replaced failures={}", failures.size(), failure);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Counts a failure, and whether there were few enough lately. */
  synchronized boolean mayRestart() {
    long now = clock.millis();
    failures.addLast(now);
    while (failures.getFirst() < now - WITHIN.toMillis()) {
      failures.removeFirst();
    }
    return failures.size() <= MOST;
  }

  private static boolean isRegistryOutage(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryUnavailableException) {
        return true;
      }
    }
    return false;
  }
}
