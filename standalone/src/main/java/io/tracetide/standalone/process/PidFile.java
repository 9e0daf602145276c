package io.tracetide.standalone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with the id and the start of a running process. Together they identify the process, even
 * after its id was reused and after the wall clock was set.
 */
public final class PidFile {
  private static final Logger log = LoggerFactory.getLogger(PidFile.class);
  private static final Duration END_PATIENCE = Duration.ofSeconds(10);

  private final Path path;
  private final Path proc;

  public PidFile(Path path) {
    this(path, ProcessStart.PROC);
  }

  PidFile(Path path, Path proc) {
    this.path = path;
    this.proc = proc;
  }

  /** Writes a process, replacing the previous one. */
  public void write(ProcessHandle process) {
    try {
      Files.writeString(
          path,
          String.join("\n", Long.toString(process.pid()), ProcessStart.of(process, proc).text()));
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
      if (lines.length < 2) {
        return Optional.empty();
      }
      ProcessStart start = ProcessStart.parse(lines[1], lines.length > 2 ? lines[2] : "");
      return ProcessHandle.of(Long.parseLong(lines[0]))
          .filter(ProcessHandle::isAlive)
          .filter(process -> ProcessStart.of(process, proc).isSame(start));
    } catch (IOException e) {
      return Optional.empty();
    } catch (NumberFormatException | DateTimeParseException e) {
      log.warn("pid file is damaged file={}", path);
      return Optional.empty();
    }
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
