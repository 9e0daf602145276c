package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.platform.BenchPlatform;
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
 * Starts gateways as the command line does, each in a JVM of its own with a port that stays the
 * same over its lives.
 *
 * @param heap as {@code -Xmx} takes it
 * @param jvmFlags further flags
 */
public record Gateways(BenchPlatform platform, String heap, List<String> jvmFlags) {

  private static final Duration READY = Duration.ofMinutes(1);
  private static final String MAIN = "io.tracetide.standalone.cli.Main";

  public Gateways {
    jvmFlags = List.copyOf(jvmFlags);
  }

  /**
   * Starts one and waits until it takes spans.
   *
   * @param name of no other process on this platform
   */
  public ServerProcess start(String name) throws InterruptedException {
    int port = LoopbackPort.free();
    ServerProcess gateway =
        ServerProcess.start(command(name, port), platform.logs().resolve(name + ".log"), port);
    try {
      gateway.awaitReady("/readyz", READY);
      return gateway;
    } catch (RuntimeException | InterruptedException e) {
      gateway.close();
      throw e;
    }
  }

  private JavaCommand command(String name, int port) {
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
        List.of("gateway", "--config", write(config, yaml(port))));
  }

  private String yaml(int port) {
    return """
    kafka: { bootstrapServers: "%s" }
    registry: { url: "%s" }
    gateway:
      listener: { port: %d }
      grpc: { port: 0 }
    """
        .formatted(platform.bootstrapServers(), platform.registryUrl(), port);
  }

  private static String write(Path file, String yaml) {
    try {
      return Files.writeString(file, yaml).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
