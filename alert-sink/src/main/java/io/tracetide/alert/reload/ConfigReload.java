package io.tracetide.alert.reload;

import io.tracetide.alert.reload.ReloadStatus.Result;
import io.tracetide.runtime.config.ConfigException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again, when it is requested and when it has changed, and applies it.
 *
 * <p>What is compared is the configuration that was read, not the bytes of its files. So a change
 * is noticed in any of the files that it is made of, also if they are links that are replaced, and
 * a comment that changes is none. A file may be read while it is being written: an invalid one is
 * read again after a pause, and a change that was noticed is applied when two readings are equal.
 *
 * @param <C> the configuration; two are equal if there is nothing to apply
 */
public final class ConfigReload<C> {
  private static final Logger log = LoggerFactory.getLogger(ConfigReload.class);

  /** What a configuration is applied to. */
  public interface Target<C> {

    /**
     * Applies a configuration, all of it or nothing.
     *
     * @return keys that differ from the configuration in force and need a restart
     * @throws RuntimeException if it cannot be applied; nothing has changed then
     */
    List<String> apply(C config);

    /** Is notified of each reading that was requested or has found a change. */
    void reloaded(ReloadStatus status);
  }

  /** The time that a request waits for a reading in progress. */
  public static final Duration WAIT = Duration.ofSeconds(10);

  /** Another reading of the configuration has not ended within the time that a request waits. */
  public static final class InProgressException extends Exception {
    private static final long serialVersionUID = 1L;

    InProgressException(Instant since) {
      super("a reload is in progress since " + since);
    }
  }

  private final Supplier<C> source;
  private final Target<C> target;
  private final Duration pause;
  private final Duration wait;
  private final Clock clock;

  /** Held during a reading and its application. */
  private final ReentrantLock lock = new ReentrantLock();

  /** The start of the newest reading. */
  private volatile Instant since;

  /** The reading that is in force. */
  private ReadConfig<C> inForce;

  /** The newest one that was handled. */
  private ReadConfig<C> handled;

  private volatile ReloadStatus status;

  /**
   * Begins with the configuration of the start.
   *
   * @param source reads the configuration; throws if it cannot be used
   * @param pause after which a file that may not be complete is read again
   */
  public ConfigReload(
      C started, Supplier<C> source, Target<C> target, Duration pause, Clock clock) {
    this(started, source, target, pause, WAIT, clock);
  }

  /** As above, with the time that a request waits for a reading in progress. */
  ConfigReload(
      C started, Supplier<C> source, Target<C> target, Duration pause, Duration wait, Clock clock) {
    this.source = source;
    this.target = target;
    this.pause = pause;
    this.wait = wait;
    this.clock = clock;
    since = clock.instant();
    inForce = ReadConfig.valid(started);
    handled = inForce;
    status =
        new ReloadStatus(
            clock.instant(),
            ReloadStatus.START,
            Result.APPLIED,
            List.of(),
            List.of(),
            clock.instant());
  }

  /** The newest result. */
  public ReloadStatus status() {
    return status;
  }

  /**
   * Reads the configuration and applies it.
   *
   * @param by who has requested it
   * @throws InProgressException if another reading is in progress for more than 10 s
   */
  public ReloadStatus reload(String by) throws InterruptedException, InProgressException {
    if (!lock.tryLock(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InProgressException(since);
    }
    try {
      since = clock.instant();
      ReadConfig<C> reading = read();
      if (!reading.isValid()) {
        Thread.sleep(pause.toMillis());
        reading = read();
      }
      return handle(reading, by);
    } finally {
      lock.unlock();
    }
  }

  /** Reads the configuration, and applies it if it has changed and was completely written. */
  public void poll() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      since = clock.instant();
      ReadConfig<C> reading = read();
      if (reading.equals(handled)) {
        return;
      }
      Thread.sleep(pause.toMillis());
      if (read().equals(reading)) {
        handle(reading, ReloadStatus.FILE);
      }
    } finally {
      lock.unlock();
    }
  }

  private ReadConfig<C> read() {
    try {
      return ReadConfig.valid(source.get());
    } catch (ConfigException e) {
      return ReadConfig.invalid(String.valueOf(e.getMessage()).lines().toList());
    } catch (IllegalArgumentException e) {
      return ReadConfig.invalid(List.of(String.valueOf(e.getMessage())));
    }
  }

  private ReloadStatus handle(ReadConfig<C> reading, String by) {
    handled = reading;
    @Nullable C config = reading.config();
    if (config == null) {
      return refused(reading.problems(), by);
    }
    if (reading.equals(inForce)) {
      return finish(by, Result.UNCHANGED, List.of(), status.restartRequired());
    }
    List<String> restartRequired;
    try {
      restartRequired = target.apply(config);
    } catch (ConfigException e) {
      return refused(String.valueOf(e.getMessage()).lines().toList(), by);
    } catch (RuntimeException e) {
      log.error("configuration not applied", e);
      return refused(List.of("cannot be applied: " + e.getMessage()), by);
    }
    inForce = reading;
    log.info("configuration reloaded by={} restartRequired={}", by, restartRequired);
    return finish(by, Result.APPLIED, List.of(), restartRequired);
  }

  private ReloadStatus refused(List<String> problems, String by) {
    log.error(
        "configuration not reloaded, the previous one stays in force by={} cause=\"{}\"",
        by,
        String.join("; ", problems));
    return finish(by, Result.INVALID, problems, status.restartRequired());
  }

  private ReloadStatus finish(
      String by, Result result, List<String> problems, List<String> restartRequired) {
    status =
        new ReloadStatus(
            clock.instant(),
            by,
            result,
            problems,
            restartRequired,
            result == Result.INVALID ? status.lastSuccess() : clock.instant());
    target.reloaded(status);
    return status;
  }
}
