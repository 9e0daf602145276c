package io.tracetide.standalone.launch;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.config.Placement;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.process.ChildProcess;
import io.tracetide.standalone.process.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processor in a separate JVM, which is restarted when it ends. Its configuration is the user's
 * files, overlaid with the ports and directories of this run; no value of it is on the command
 * line.
 */
final class ProcessorChild implements AutoCloseable {
  private final ChildProcess process;

  private ProcessorChild(ChildProcess process) {
    this.process = process;
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
    return new ProcessorChild(
        ChildProcess.start(command, data.logs().resolve("processor.log"), pidFile(data)));
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

  /** Throws when the processor has ended and is not restarted, so that it will never be ready. */
  void requireRestartable() {
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
