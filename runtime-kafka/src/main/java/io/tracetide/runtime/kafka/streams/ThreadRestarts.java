package io.tracetide.runtime.kafka.streams;

import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles failed threads of a Streams application. A thread is replaced, so that a temporary
 * failure has no effect; after repeated failures the application stops with an error.
 *
 * <p>An unreachable registry is retried without limit, because the records are valid, and stopping
 * would not help.
 */
public final class ThreadRestarts implements StreamsUncaughtExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ThreadRestarts.class);
  private static final int MOST = 5;
  private static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

  private final Clock clock;
  private final Deque<Long> failures = new ArrayDeque<>();

  public ThreadRestarts(Clock clock) {
    this.clock = clock;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (isRefusal(failure)) {
      log.warn(
          "kafka rejects the credentials, retrying inMs={} detail=\"{}\"",
          REFUSED_PAUSE.toMillis(),
          failure.getMessage());
      pause();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    return judge(failure);
  }

  /** Retried after a pause, because credentials may be corrected in Kafka. */
  private static boolean isRefusal(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthenticationException) {
        return true;
      }
    }
    return false;
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(REFUSED_PAUSE.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized StreamThreadExceptionResponse judge(Throwable failure) {
    if (isRegistryOutage(failure)) {
      log.debug("schema registry unavailable, retrying detail=\"{}\"", failure.getMessage());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    if (!mayRestart()) {
      log.error("processing fails repeatedly, stopping failures={}", failures.size(), failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    log.error("processing thread failed, replaced failures={}", failures.size(), failure);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Counts a failure; true while there are few enough recent ones. */
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
