package io.tracetide.benchmarks.platform;

import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.nio.file.Path;
import java.time.Duration;

/** A broker and a schema registry in child processes, with topics and schemas. */
public final class BenchPlatform {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private final BrokerProcess broker;
  private final EmbeddedRegistry registryProcess;
  private final SchemaRegistry registry;
  private final BenchTopics topics;
  private final Path directory;
  private final Path logs;

  private BenchPlatform(
      BrokerProcess broker,
      EmbeddedRegistry registryProcess,
      SchemaRegistry registry,
      BenchTopics topics,
      DataDirectory data) {
    this.broker = broker;
    this.registryProcess = registryProcess;
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
    BrokerProcess broker = closers.add("broker", BrokerProcess.start(data, PATIENCE));
    SchemaRegistry registry =
        closers.add(
            "registry-client",
            HttpSchemaRegistry.create(RegistrySettings.of(registryProcess.url())));
    SubjectCatalog.register(registry);
    BenchTopics topics =
        closers.add("topics", BenchTopics.create(broker.bootstrapServers(), partitions, PATIENCE));
    return new BenchPlatform(broker, registryProcess, registry, topics, data);
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The broker, to be watched and killed. */
  public BrokerProcess broker() {
    return broker;
  }

  public String registryUrl() {
    return registryProcess.url();
  }

  /** Process id of the schema registry. */
  public long registryPid() {
    return registryProcess.process().pid();
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
