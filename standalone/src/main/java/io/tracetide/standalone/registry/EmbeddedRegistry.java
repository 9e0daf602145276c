package io.tracetide.standalone.registry;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.process.ChildProcess;
import io.tracetide.standalone.process.CodeLocation;
import io.tracetide.standalone.process.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Apicurio Registry as a supervised child process on loopback, serving the Confluent Schema
 * Registry API. Schemas and their ids are kept in a database file in the data directory, across
 * restarts and kills.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final String RUNNER_SUFFIX = "-runner.jar";

  private final ChildProcess child;
  private final int port;

  private EmbeddedRegistry(ChildProcess child, int port) {
    this.child = child;
    this.port = port;
  }

  /**
   * The directory to which the build unpacks the registry: beside this module's jar or directory of
   * classes.
   */
  public static Path bundled() {
    return CodeLocation.of(EmbeddedRegistry.class).resolveSibling("apicurio");
  }

  /**
   * Starts the registry and waits until it responds.
   *
   * @param installation directory of the registry's program
   * @param data directory for its database, log and pid file
   * @param port of its listener; 0 for any free one
   * @param timeout time limit of the start
   * @throws EnvironmentException when the program is missing, the port is taken, or the time has
   *     passed
   */
  public static EmbeddedRegistry start(
      Path installation, DataDirectory data, int port, Duration timeout) {
    int clientPort = port == 0 ? LoopbackPort.free() : port;
    Path runner = runner(installation);
    JavaCommand command =
        new JavaCommand(
            "registry",
            jvmFlags(data.directory("registry").resolve("registry"), clientPort),
            // Apicurio's manifest names a netty version with vulnerabilities, which is not bundled.
            installation.resolve("netty") + "/*" + File.pathSeparator + runner,
            mainClass(runner),
            List.of());
    endStale(data);
    LoopbackPort.requireFree("the schema registry", clientPort);
    ChildProcess child =
        ChildProcess.start(command, data.logs().resolve("registry.log"), pidFile(data));
    EmbeddedRegistry registry = new EmbeddedRegistry(child, clientPort);
    registry.awaitAnswer(timeout);
    return registry;
  }

  /** Ends a registry of an earlier run, which may still use the port and the database. */
  public static void endStale(DataDirectory data) {
    ChildProcess.endStale(pidFile(data));
  }

  private static Path pidFile(DataDirectory data) {
    return data.run().resolve("registry.pid");
  }

  private static Path runner(Path installation) {
    try (Stream<Path> files = Files.list(installation)) {
      return files
          .filter(f -> f.getFileName().toString().endsWith(RUNNER_SUFFIX))
          .findFirst()
          .orElseThrow(() -> missing(installation));
    } catch (IOException e) {
      throw missing(installation);
    }
  }

  private static EnvironmentException missing(Path installation) {
    return new EnvironmentException(
        "the schema registry's program is not in %s: build it with 'mvn -pl standalone -am package -DskipTests'"
            .formatted(installation));
  }

  private static String mainClass(Path runner) {
    try (JarFile jar = new JarFile(runner.toFile())) {
      return jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> jvmFlags(Path database, int port) {
    return List.of(
        "-Xmx160m",
        "-Xss512k",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dquarkus.http.host=" + LoopbackPort.HOST,
        "-Dquarkus.http.port=" + port,
        // Not used, but without these settings the management port would listen on every interface.
        "-Dquarkus.management.host=" + LoopbackPort.HOST,
        "-Dquarkus.management.port=" + LoopbackPort.free(),
        "-Dquarkus.http.access-log.enabled=false",
        "-Dquarkus.log.level=WARN",
        "-Dquarkus.banner.enabled=false",
        "-Dapicurio.storage.kind=sql",
        "-Dapicurio.storage.sql.kind=h2",
        // A returned id may be in a record, so it must be on disk before the response. By default
        // H2 writes half a second later, and a kill -9 before that loses the id.
        "-Dapicurio.datasource.url=jdbc:h2:file:" + database + ";WRITE_DELAY=0");
  }

  private void awaitAnswer(Duration timeout) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/subjects"))
            .timeout(Duration.ofSeconds(5))
            .build();
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      while (!answers(client, request)) {
        if (System.nanoTime() > deadline) {
          throw new EnvironmentException(
              "the schema registry did not answer within %d s: see %s"
                  .formatted(timeout.toSeconds(), child.logFile()));
        }
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      }
    } catch (EnvironmentException e) {
      close();
      throw e;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new EnvironmentException("the start of the schema registry was interrupted", e);
    }
  }

  private static boolean answers(HttpClient client, HttpRequest request)
      throws InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // Not yet listening.
    }
  }

  /** Base URL of the Confluent Schema Registry API. */
  public String url() {
    return url(port);
  }

  /** Base URL of the Confluent Schema Registry API of the registry on that port. */
  public static String url(int port) {
    return "http://%s:%d/apis/ccompat/v7".formatted(LoopbackPort.HOST, port);
  }

  public int port() {
    return port;
  }

  /** Its process. */
  public ChildProcess process() {
    return child;
  }

  @Override
  public void close() {
    child.close();
  }
}
