package io.tracetide.standalone.launch;

import io.tracetide.runtime.life.Closers;
import io.tracetide.standalone.config.Placement;
import io.tracetide.standalone.config.TopicsConfig;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One broker with all topics and one registry with all schemas, for every test of this JVM that
 * does not stop them. Started by the first that asks; a start that fails fails its test.
 */
public final class SharedPlatform {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static SharedPlatform instance;

  private final Placement placement;

  private SharedPlatform(Placement placement) {
    this.placement = placement;
  }

  public static synchronized SharedPlatform get() {
    if (instance == null) {
      instance = start();
    }
    return instance;
  }

  private static SharedPlatform start() {
    Closers closers = new Closers();
    Runtime.getRuntime().addShutdownHook(new Thread(closers::close));
    return alone(temporary(), closers);
  }

  /** One that nobody shares, for a test of what all applications of a Kafka write together. */
  public static SharedPlatform alone(Path directory, Closers closers) {
    DataDirectory data = closers.add("data", DataDirectory.claim(directory));
    Placement placement =
        new Placement(
            LoopbackPort.free(), LoopbackPort.free(), 0, 0, 0, 0, data.directory("state"));
    Progress silent =
        new Progress(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    Platform.start(data, placement, TopicsConfig.defaults(), PATIENCE, silent, closers);
    return new SharedPlatform(placement);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("tracetide-platform");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String bootstrapServers() {
    return placement.bootstrapServers();
  }

  public String registryUrl() {
    return placement.registryUrl();
  }

  /** The defaults on this platform, every role on a free port, with state kept in the directory. */
  public TracetideConfig config(Path stateDirectory) {
    return new Placement(
            placement.kafkaPort(), placement.registryPort(), 0, 0, 0, 0, stateDirectory)
        .applyTo(TracetideConfig.defaults());
  }
}
