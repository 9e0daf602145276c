package io.tracetide.standalone.process;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.log.RotatedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Java program in a child process. It is restarted when it ends, at once the first time and then
 * after growing pauses. The child ends with this JVM in every case (see {@link ParentBound}). Its
 * output goes to a log file.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  // After this time a child is healthy: its next end counts as the first one.
  private static final Duration HEALTHY_AFTER = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(5);
  // Exit codes without a restart. An invalid configuration stays invalid, while the environment may
  // become ready.
  private static final Set<Integer> FINAL_EXIT_CODES = Set.of(ExitCodes.CONFIGURATION);

  private final JavaCommand command;
  private final Path logFile;
  private final PidFile pidFile;
  private final Thread supervisor;
  private final Thread logWatch;
  private final Object lock = new Object();

  // Guarded by lock.
  private Process process;
  private boolean closing;
  private int restarts;
  private @Nullable Integer finalExit;

  private ChildProcess(JavaCommand command, Path logFile, PidFile pidFile) {
    this.command = command;
    this.logFile = logFile;
    this.pidFile = pidFile;
    this.process = launch();
    this.supervisor = new Thread(this::supervise, "supervise-" + command.name());
    this.supervisor.setDaemon(true);
    this.logWatch = new Thread(this::watchLog, "log-of-" + command.name());
    this.logWatch.setDaemon(true);
  }

  /** Ends the process of an earlier run that the file names, if it still runs. */
  public static void endStale(Path pidFile) {
    new PidFile(pidFile).endStale();
  }

  /**
   * Starts the program.
   *
   * @param logFile for its output; appended to
   * @param pidFile for its process id
   */
  public static ChildProcess start(JavaCommand command, Path logFile, Path pidFile) {
    ChildProcess child = new ChildProcess(command, logFile, new PidFile(pidFile));
    child.supervisor.start();
    child.logWatch.start();
    return child;
  }

  private Process launch() {
    try {
      RotatedLog.cut(logFile);
      Process started =
          new ProcessBuilder(command.commandLine())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
              .start();
      pidFile.write(started.toHandle());
      log.info("child started name={} pid={}", command.name(), started.pid());
      return started;
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s cannot be started (%s)".formatted(command.name(), e.getMessage()), e);
    }
  }

  /** Rotates the log of the child, whose size is checked periodically. */
  private void watchLog() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(LOG_INTERVAL.toMillis());
        try {
          RotatedLog.cut(logFile);
        } catch (IOException e) {
          log.warn("log cannot be rotated file={} cause={}", logFile, e.toString());
        }
      }
    } catch (InterruptedException e) {
      // Interrupted by close().
    }
  }

  private void supervise() {
    Duration pause = FIRST_PAUSE;
    try {
      while (true) {
        long startedAt = System.nanoTime();
        int exit = current().waitFor();
        Duration ran = Duration.ofNanos(System.nanoTime() - startedAt);
        if (!mayRestart(exit)) {
          return;
        }
        pause = ran.compareTo(HEALTHY_AFTER) > 0 ? FIRST_PAUSE : pause;
        log.warn(
            "child died name={} exit={} restart-in-ms={} log={}",
            command.name(),
            exit,
            pause.toMillis(),
            logFile);
        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        pause = min(pause.multipliedBy(4), LONGEST_PAUSE);
        if (!restart()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // Interrupted by close().
    }
  }

  private Process current() {
    synchronized (lock) {
      return process;
    }
  }

  private boolean mayRestart(int exit) {
    synchronized (lock) {
      if (!closing && FINAL_EXIT_CODES.contains(exit)) {
        finalExit = exit;
        log.error("child ended for good name={} exit={} log={}", command.name(), exit, logFile);
      }
      return !closing && finalExit == null;
    }
  }

  private boolean restart() {
    synchronized (lock) {
      if (closing) {
        return false;
      }
      try {
        process = launch();
      } catch (EnvironmentException | UncheckedIOException e) {
        // The ended process stays current: the next iteration waits longer and retries.
        log.warn("child not restarted name={} reason={}", command.name(), e.getMessage());
      }
      restarts++;
      return true;
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  public long pid() {
    return current().pid();
  }

  public boolean isAlive() {
    return current().isAlive();
  }

  /** Number of restarts. */
  public int restarts() {
    synchronized (lock) {
      return restarts;
    }
  }

  /**
   * The exit code of a child that is not restarted, because a restart would not help; empty
   * otherwise.
   */
  public OptionalInt finalExit() {
    synchronized (lock) {
      return finalExit == null ? OptionalInt.empty() : OptionalInt.of(finalExit);
    }
  }

  public Path logFile() {
    return logFile;
  }

  /** Kills the child like a crash (SIGKILL); the supervisor restarts it. */
  public void kill() {
    current().destroyForcibly();
  }

  /** Ends the child: with SIGTERM, and after a time limit with SIGKILL. */
  @Override
  public void close() {
    Process last;
    synchronized (lock) {
      closing = true;
      last = process;
    }
    supervisor.interrupt();
    logWatch.interrupt();
    last.destroy();
    try {
      if (!last.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("child does not end, killing it name={} pid={}", command.name(), last.pid());
        last.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      last.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    pidFile.delete();
    log.info(
        "child ended name={} exit={}", command.name(), last.isAlive() ? "?" : last.exitValue());
  }
}
