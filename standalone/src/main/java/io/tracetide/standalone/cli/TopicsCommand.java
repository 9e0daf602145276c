package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.DurationFormat;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.RegistryClients;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.TopicSpec;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TopicsConfig;
import io.tracetide.standalone.config.TracetideConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lists the topics of Tracetide, and creates those that are missing. */
@Command(
    name = "topics",
    description = {
      "Lists Tracetide's topics: name, exists or missing, and the settings they are created with,"
          + " separated by tabs.",
      "Exits 3 when Kafka does not answer, and when traces and trace-batches have different numbers"
          + " of partitions."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class TopicsCommand implements Callable<Integer> {
  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--create",
      description =
          "create the missing ones first, and register their schemas; others stay as they are")
  private boolean create;

  @Option(
      names = "--update",
      description =
          "change the settings of existing topics to those of this version, except the retention:"
              + " for use after an upgrade")
  private boolean update;

  @Option(
      names = "--keep",
      paramLabel = "TOPIC=DURATION",
      description =
          "change the retention of a topic, which counts from the time of the event:"
              + " for a backfill of last year, --keep traces=400d")
  private Map<String, String> keep = new LinkedHashMap<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, Duration> retentions = retentions();
    TracetideConfig c = cluster.read();
    TopicsConfig topics = c.topics();
    Map<String, Object> settings = ClientProperties.of(c.kafka()).toMap();
    settings.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
        Math.toIntExact(topics.timeout().toMillis()));
    settings.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
        Math.toIntExact(Math.min(10_000, topics.timeout().toMillis())));
    try (Admin admin = Admin.create(settings)) {
      if (create) {
        TopicCatalog.ensure(
            admin, topics.partitions(), (short) topics.replicationFactor(), topics.timeout());
        TopicCatalog.keep(admin, Topics.AUDIT, topics.auditRetention(), topics.timeout());
        registerSchemas(c.registry());
      }
      if (update) {
        TopicCatalog.align(admin, topics.timeout());
      }
      retentions.forEach(
          (topic, retention) -> TopicCatalog.keep(admin, topic, retention, topics.timeout()));
      Map<String, Integer> partitions = TopicCatalog.partitions(admin, topics.timeout());
      for (TopicSpec topic : TopicCatalog.all()) {
        Integer count = partitions.get(topic.name());
        System.out.printf(
            "%s\t%s\t%s%n",
            topic.name(),
            count == null ? "missing" : "exists, %d partitions".formatted(count),
            new TreeMap<>(topic.configs()));
      }
      Optional<String> mismatch = TopicCatalog.mismatch(partitions);
      if (mismatch.isPresent()) {
        throw new EnvironmentException(mismatch.get());
      }
    }
    return 0;
  }

  private Map<String, Duration> retentions() {
    Map<String, Duration> retentions = new LinkedHashMap<>();
    List<String> known = TopicCatalog.all().stream().map(TopicSpec::name).toList();
    keep.forEach(
        (topic, text) -> {
          if (!known.contains(topic)) {
            throw refused("there is no topic " + topic + "; there are " + String.join(", ", known));
          }
          Duration retention =
              DurationFormat.parse(text)
                  .filter(duration -> duration.compareTo(Duration.ofMinutes(1)) >= 0)
                  .orElseThrow(
                      () -> refused("expected a duration such as 400d or 36h, not " + text));
          retentions.put(topic, retention);
        });
    return retentions;
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), "--keep: " + why);
  }

  private static void registerSchemas(RegistryConfig config) {
    try (SchemaRegistry registry = RegistryClients.create(config)) {
      SubjectCatalog.register(registry);
    }
  }
}
