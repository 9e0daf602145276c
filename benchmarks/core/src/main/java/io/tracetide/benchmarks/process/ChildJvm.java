package io.tracetide.benchmarks.process;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.process.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A Java program in a child process that reports in lines on its standard output. The child ends
 * with this JVM in every case. It is not restarted.
 */
public final class ChildJvm implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final int LOG_TAIL_LINES = 15;

  private final String name;
  private final Path log;
  private final Process process;
  private final Thread reader;
  // When this JVM receives a signal to end, the children are killed, because their results are not
  // needed.
  private final Thread lastResort;

  private ChildJvm(String name, Path log, Process process, Consumer<String> lines) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.reader = new Thread(() -> read(lines), "output-of-" + name);
    reader.setDaemon(true);
    this.lastResort = new Thread(process::destroyForcibly, "end-" + name);
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /**
   * Starts the program.
   *
   * @param log where its standard error goes; appended to
   * @param lines receives each line of its standard output, on a separate thread
   */
  public static ChildJvm start(JavaCommand command, Path log, Consumer<String> lines) {
    ProcessBuilder builder =
        new ProcessBuilder(command.commandLine())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // Otherwise native memory of state stores is spread over an arena for each thread.
    builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
    try {
      ChildJvm child = new ChildJvm(command.name(), log, builder.start(), lines);
      child.reader.start();
      return child;
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s cannot be started (%s)".formatted(command.name(), e.getMessage()), e);
    }
  }

  private void read(Consumer<String> lines) {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.accept(line);
      }
    } catch (IOException e) {
      // The child has ended, which is detected elsewhere.
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until the child has ended and its output was read. */
  public void awaitEnd() throws InterruptedException {
    process.waitFor();
    reader.join();
  }

  /** Kills the child without notice, as a crash would, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(lastResort);
    } catch (IllegalStateException e) {
      // This JVM is ending already.
    }
  }

  /** The error of a child that ended although it should not have. */
  public EnvironmentException death() {
    return new EnvironmentException(
        "%s ended with exit code %s; the end of its log %s:%n%s"
            .formatted(name, process.isAlive() ? "?" : process.exitValue(), log, tail()));
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(not readable: " + e.getMessage() + ")";
    }
  }

  /** Ends the child: with SIGTERM, and after a time limit with SIGKILL. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    forget();
  }
}
