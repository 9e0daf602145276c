package io.tracetide.standalone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with the id and the start time of a running process. Together they identify the process,
 * even after its id was reused.
 */
public final class PidFile {
  private static final Logger log = LoggerFactory.getLogger(PidFile.class);
  // Tolerance, because the kernel derives start times from a boot time in whole seconds.
  private static final Duration START_TOLERANCE = Duration.ofSeconds(2);
  private static final Duration END_PATIENCE = Duration.ofSeconds(10);

  private final Path path;

  public PidFile(Path path) {
    this.path = path;
  }

  /** Writes a process, replacing the previous one. */
  public void write(ProcessHandle process) {
    String start = process.info().startInstant().map(Instant::toString).orElse("");
    try {
      Files.writeString(path, process.pid() + "\n" + start + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the file. */
  public void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process in the file, if it still runs. */
  public Optional<ProcessHandle> process() {
    try {
      String[] lines = Files.readString(path).split("\n", -1);
      if (lines.length < 2 || lines[1].isBlank()) {
        return Optional.empty();
      }
      Instant start = Instant.parse(lines[1]);
      return ProcessHandle.of(Long.parseLong(lines[0]))
          .filter(ProcessHandle::isAlive)
          .filter(p -> p.info().startInstant().filter(s -> isSame(s, start)).isPresent());
    } catch (IOException e) {
      return Optional.empty();
    } catch (NumberFormatException | java.time.format.DateTimeParseException e) {
      log.warn("pid file is damaged file={}", path);
      return Optional.empty();
    }
  }

  private static boolean isSame(Instant a, Instant b) {
    return Duration.between(a, b).abs().compareTo(START_TOLERANCE) <= 0;
  }

  /** Ends the process of an earlier run. */
  void endStale() {
    process().ifPresent(this::end);
    delete();
  }

  private void end(ProcessHandle stale) {
    log.warn("ending process left by an earlier run pid={} file={}", stale.pid(), path);
    stale.destroyForcibly();
    try {
      stale.onExit().get(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("process left by an earlier run does not end pid={}", stale.pid());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
