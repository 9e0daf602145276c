package io.tracetide.benchmarks.platform;

import io.tracetide.benchmarks.process.ChildJvm;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.process.JavaCommand;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One broker and one schema registry, each a process beside this one, with topics and schemas. */
public final class BenchPlatform {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> BROKER_FLAGS =
      List.of(
          "-Xms512m",
          "-Xmx512m",
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

  private final String bootstrapServers;
  private final String registryUrl;
  private final SchemaRegistry registry;
  private final BenchTopics topics;
  private final Path directory;
  private final Path logs;

  private BenchPlatform(
      String bootstrapServers,
      String registryUrl,
      SchemaRegistry registry,
      BenchTopics topics,
      DataDirectory data) {
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    this.registry = registry;
    this.topics = topics;
    this.directory = data.root();
    this.logs = data.logs();
  }

  /**
   * Starts both.
   *
   * @param partitions of each topic
   * @param closers where everything that must be ended is registered
   */
  public static BenchPlatform start(Path directory, int partitions, Closers closers) {
    DataDirectory data = closers.add("data", DataDirectory.claim(directory));
    EmbeddedRegistry registryProcess =
        closers.add(
            "registry", EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, 0, PATIENCE));
    String bootstrapServers = startBroker(data, closers);
    SchemaRegistry registry =
        closers.add(
            "registry-client",
            HttpSchemaRegistry.create(RegistrySettings.of(registryProcess.url())));
    SubjectCatalog.register(registry);
    BenchTopics topics =
        closers.add("topics", BenchTopics.create(bootstrapServers, partitions, PATIENCE));
    return new BenchPlatform(bootstrapServers, registryProcess.url(), registry, topics, data);
  }

  private static String startBroker(DataDirectory data, Closers closers) {
    CompletableFuture<String> ready = new CompletableFuture<>();
    ChildJvm broker =
        closers.add(
            "broker",
            ChildJvm.start(
                new JavaCommand(
                    "broker",
                    BROKER_FLAGS,
                    System.getProperty("java.class.path"),
                    BrokerMain.class.getName(),
                    List.of(data.directory("kafka").toString())),
                data.logs().resolve("broker.log"),
                line -> {
                  if (line.startsWith(BrokerMain.READY)) {
                    ready.complete(line.substring(BrokerMain.READY.length()));
                  }
                }));
    try {
      return ready.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw broker.death();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("the start of the broker was interrupted", e);
    }
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  public String registryUrl() {
    return registryUrl;
  }

  public SchemaRegistry registry() {
    return registry;
  }

  public BenchTopics topics() {
    return topics;
  }

  /** Where everything of this platform lies. */
  public Path directory() {
    return directory;
  }

  /** Where its processes write their logs. */
  public Path logs() {
    return logs;
  }
}
