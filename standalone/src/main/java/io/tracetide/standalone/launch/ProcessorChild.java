package io.tracetide.standalone.launch;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.config.Placement;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.process.ChildProcess;
import io.tracetide.standalone.process.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processor in a separate JVM, which is restarted when it ends. Its configuration is the user's
 * files, overlaid with the ports and directories of this run; no value of it is on the command
 * line.
 */
final class ProcessorChild implements AutoCloseable {
  /** What the command line begins its last line with when it fails. */
  private static final String REASON = "tracetide: ";

  private final ChildProcess process;
  private final long logBegin;

  /**
   * A processor.
   *
   * @param logBegin size of its log before it was started
   */
  private ProcessorChild(ChildProcess process, long logBegin) {
    this.process = process;
    this.logBegin = logBegin;
  }

  /**
   * Starts the processor.
   *
   * @param commandLine class whose main method runs the role named by its first argument
   * @param heap as {@code -Xmx} takes it
   */
  static ProcessorChild start(
      DataDirectory data,
      List<Path> configFiles,
      Placement placement,
      Class<?> commandLine,
      String heap) {
    List<String> arguments = new ArrayList<>(List.of("processor"));
    for (Path file : configFiles) {
      arguments.addAll(List.of("--config", file.toAbsolutePath().toString()));
    }
    arguments.addAll(List.of("--config", write(placement, data).toString()));
    JavaCommand command =
        new JavaCommand(
            "processor",
            List.of("-Xmx" + heap, "-Xss512k", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
            System.getProperty("java.class.path"),
            commandLine.getName(),
            arguments);
    Path log = data.logs().resolve("processor.log");
    long logBegin = log.toFile().length();
    return new ProcessorChild(ChildProcess.start(command, log, pidFile(data)), logBegin);
  }

  /** Ends a processor of an earlier run, which may still use the port. */
  static void endStale(DataDirectory data) {
    ChildProcess.endStale(pidFile(data));
  }

  private static Path pidFile(DataDirectory data) {
    return data.run().resolve("processor.pid");
  }

  private static Path write(Placement placement, DataDirectory data) {
    Path overlay = data.run().resolve("placement.yaml");
    try {
      return Files.writeString(overlay, placement.yaml());
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s cannot be written (%s): free space, or choose another --data-dir"
              .formatted(overlay, e.getMessage()),
          e);
    }
  }

  /**
   * Returns when the processor is ready.
   *
   * @throws EnvironmentException when it is not ready in time, with the reason why it has ended if
   *     it has
   */
  void awaitReadiness(Readiness readiness, String url, Duration timeout)
      throws InterruptedException {
    try {
      readiness.await("processor", url, timeout, this::requireRestartable);
    } catch (EnvironmentException e) {
      Optional<String> reason =
          process.restarts() == 0 ? Optional.empty() : reason(process.logFile(), logBegin);
      throw reason
          .map(
              text ->
                  new EnvironmentException(
                      "%s; the processor ended because %s".formatted(e.getMessage(), text), e))
          .orElse(e);
    }
  }

  /** The newest reason in a log, whose earlier bytes are of an earlier run. */
  static Optional<String> reason(Path log, long begin) {
    try {
      byte[] bytes = Files.readAllBytes(log);
      int from = bytes.length < begin ? 0 : (int) begin; // It was rotated.
      return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(REASON))
          .reduce((earlier, later) -> later)
          .map(line -> line.substring(REASON.length()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Throws when the processor has ended and is not restarted, so that it will never be ready. */
  private void requireRestartable() {
    if (process.finalExit().isPresent()) {
      throw new EnvironmentException(
          "the processor refused its configuration: see the end of " + process.logFile());
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
