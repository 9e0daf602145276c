package io.tracetide.benchmarks.platform;

import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.process.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts roles of Tracetide as the command line does, each in its own JVM with a port that stays
 * the same over restarts.
 *
 * @param heap as {@code -Xmx} takes it
 * @param jvmFlags further flags
 */
public record RoleProcesses(BenchPlatform platform, String heap, List<String> jvmFlags) {

  private static final Duration READY = Duration.ofMinutes(1);
  private static final String MAIN = "io.tracetide.standalone.cli.Main";

  public RoleProcesses {
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** The role's own section of the configuration, given the port of its listener. */
  @FunctionalInterface
  public interface Section {
    String yaml(int port);
  }

  /**
   * Starts a role and waits until it is ready.
   *
   * @param role as the command line names it
   * @param name of no other process on this platform
   */
  public ServerProcess start(String role, String name, Section section)
      throws InterruptedException {
    int port = LoopbackPort.free();
    ServerProcess process =
        ServerProcess.start(
            command(role, name, section.yaml(port)), platform.logs().resolve(name + ".log"), port);
    try {
      process.awaitReady("/readyz", READY);
      return process;
    } catch (RuntimeException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private JavaCommand command(String role, String name, String section) {
    List<String> flags = new ArrayList<>();
    flags.add("-Xmx" + heap);
    flags.addAll(
        List.of(
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    flags.addAll(jvmFlags);
    Path config = platform.directory().resolve(name + ".yaml");
    return new JavaCommand(
        name,
        flags,
        System.getProperty("java.class.path"),
        MAIN,
        List.of(role, "--config", write(config, connections() + section)));
  }

  private String connections() {
    return """
    kafka: { bootstrapServers: "%s" }
    registry: { url: "%s" }
    """
        .formatted(platform.bootstrapServers(), platform.registryUrl());
  }

  private static String write(Path file, String yaml) {
    try {
      return Files.writeString(file, yaml).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
