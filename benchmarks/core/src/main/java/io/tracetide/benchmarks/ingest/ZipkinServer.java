package io.tracetide.benchmarks.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.process.CodeLocation;
import io.tracetide.standalone.process.JavaCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Zipkin's server with its storage in memory, as its exec jar runs it, on loopback. */
final class ZipkinServer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration READY = Duration.ofMinutes(1);
  private static final String STORED = "counter.zipkin_collector.spans.http";
  private static final String DROPPED = "counter.zipkin_collector.spans_dropped.http";

  private ZipkinServer() {}

  /**
   * Starts it and waits until it takes spans.
   *
   * @param kept spans that it keeps
   */
  static ServerProcess start(String heap, int kept, List<String> jvmFlags, Path log)
      throws InterruptedException {
    Path jar = jar();
    int port = LoopbackPort.free();
    List<String> flags = new ArrayList<>();
    flags.add("-Xmx" + heap);
    flags.add("-XX:+UseSerialGC");
    flags.addAll(jvmFlags);
    flags.add("-Dzipkin.storage.mem.max-spans=" + kept);
    flags.add("-Darmeria.ports[0].ip=" + LoopbackPort.HOST);
    flags.add("-Darmeria.ports[0].port=" + port);
    flags.add("-Darmeria.ports[0].protocols[0]=http");
    ServerProcess server =
        ServerProcess.start(
            new JavaCommand("zipkin-server", flags, jar.toString(), mainClass(jar), List.of()),
            log,
            port);
    try {
      server.awaitReady("/health", READY);
      return server;
    } catch (RuntimeException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** Spans that it has taken and not dropped. */
  static long stored(ServerProcess server) throws InterruptedException {
    try {
      var metrics = JSON.readTree(server.get("/metrics").orElse("{}"));
      return metrics.path(STORED).asLong() - metrics.path(DROPPED).asLong();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the metrics of zipkin-server are no JSON", e);
    }
  }

  private static Path jar() {
    Path directory =
        CodeLocation.of(ZipkinServer.class).resolveSibling("zipkin").toAbsolutePath().normalize();
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith("-exec.jar"))
          .findFirst()
          .orElseThrow(() -> missing(directory));
    } catch (IOException e) {
      throw missing(directory);
    }
  }

  private static EnvironmentException missing(Path directory) {
    return new EnvironmentException(
        "zipkin-server is not in %s: 'scripts/bench ingest' fetches it".formatted(directory));
  }

  private static String mainClass(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
