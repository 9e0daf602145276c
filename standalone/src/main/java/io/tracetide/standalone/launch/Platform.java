package io.tracetide.standalone.launch;

import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.broker.EmbeddedKafka;
import io.tracetide.standalone.broker.HangingTransactions;
import io.tracetide.standalone.config.Placement;
import io.tracetide.standalone.config.TopicsConfig;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Starts the services that the roles need: Kafka with its topics, and the schema registry with its
 * schemas.
 */
public final class Platform {
  private Platform() {}

  /**
   * Starts Kafka and the registry concurrently, since each start takes seconds, then creates
   * missing topics and schemas.
   *
   * @param closers closes both
   * @param timeout time limit of each
   */
  public static void start(
      DataDirectory data,
      Placement placement,
      TopicsConfig topics,
      Duration timeout,
      Progress progress,
      Closers closers) {
    CompletableFuture<?> kafka =
        inBackground(
            () -> {
              EmbeddedKafka started =
                  EmbeddedKafka.start(data.directory("kafka"), placement.kafkaPort(), timeout);
              progress.step("Kafka is ready");
              return closers.add("kafka", started);
            });
    CompletableFuture<?> registry =
        inBackground(
            () -> {
              EmbeddedRegistry started =
                  EmbeddedRegistry.start(
                      EmbeddedRegistry.bundled(), data, placement.registryPort(), timeout);
              progress.step("schema registry is ready");
              return closers.add("registry", started);
            });
    await(kafka.thenRun(() -> prepareTopics(placement, topics)), registry);
    registerSchemas(placement);
    progress.step("topics and schemas are there");
  }

  private static CompletableFuture<?> inBackground(Supplier<?> start) {
    return CompletableFuture.supplyAsync(
        start,
        task -> {
          Thread thread = new Thread(task, "start");
          thread.setDaemon(true);
          thread.start();
        });
  }

  private static void await(CompletableFuture<?>... parts) {
    try {
      CompletableFuture.allOf(parts).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static void prepareTopics(Placement placement, TopicsConfig topics) {
    try (Admin admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, placement.bootstrapServers()))) {
      TopicCatalog.ensure(
          admin, topics.partitions(), (short) topics.replicationFactor(), topics.timeout());
      // Updates topics that an earlier version created in this data directory.
      TopicCatalog.align(admin, topics.timeout());
      TopicCatalog.keep(admin, Topics.AUDIT, topics.auditRetention(), topics.timeout());
      // No role runs yet, so every open transaction that is unknown to its coordinator hangs.
      new HangingTransactions(admin, topics.timeout()).abort();
    }
  }

  private static void registerSchemas(Placement placement) {
    try (SchemaRegistry registry =
        HttpSchemaRegistry.create(RegistrySettings.of(placement.registryUrl()))) {
      SubjectCatalog.register(registry);
    }
  }
}
