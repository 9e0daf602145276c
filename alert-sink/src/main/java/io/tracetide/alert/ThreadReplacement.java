package io.tracetide.alert;

import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a deciding thread that failed: another takes its place, but not more than three
 * in ten minutes, then the sink stops loudly. While the schema registry does not answer the threads
 * may fail as often as they like: nothing is lost meanwhile, and stopping would not help.
 */
final class ThreadReplacement implements StreamsUncaughtExceptionHandler {
  private static final int LIMIT = 3;
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(ThreadReplacement.class);

  private final Clock clock;
  private final Deque<Instant> replaced = new ArrayDeque<>();

  ThreadReplacement(Clock clock) {
    this.clock = clock;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (isRefusal(failure)) {
      LOG.warn(
          "kafka refuses the credentials, deciding again inMs={} detail=\"{}\"",
          REFUSED_PAUSE.toMillis(),
          failure.getMessage());
      pause();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    return judge(failure);
  }

  /** Credentials may be put right where Kafka is; stopping would not help, nor does haste. */
  private static boolean isRefusal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
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
      LOG.debug("schema registry does not answer, deciding again from the last commit");
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    Instant now = clock.instant();
    replaced.removeIf(at -> at.isBefore(now.minus(WINDOW)));
    if (replaced.size() >= LIMIT) {
      LOG.error("deciding fails again and again, stopping", failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    replaced.add(now);
    LOG.error("deciding thread failed, replaced", failure);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static boolean isRegistryOutage(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryUnavailableException) {
        return true;
      }
    }
    return false;
  }
}
