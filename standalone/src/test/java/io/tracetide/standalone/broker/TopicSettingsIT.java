package io.tracetide.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.TopicSpec;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of topics that an earlier version has created. */
class TopicSettingsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void shouldGiveTopicsOfAnEarlierVersionTheirSettingsAndLeaveTheirRetention(
      @TempDir Path directory) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0, PATIENCE);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(Topics.WINDOW_AGGREGATES, 1, (short) 1)
                      .configs(Map.of("retention.ms", "123456789"))))
          .all()
          .get();
      TopicCatalog.ensure(admin, 1, (short) 1, PATIENCE);
      assertThat(config(admin, Topics.WINDOW_AGGREGATES, "compression.type")).isEqualTo("producer");

      assertThat(TopicCatalog.align(admin, PATIENCE)).containsExactly(Topics.WINDOW_AGGREGATES);

      // The broker applies a change after the controller has acknowledged it.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(config(admin, Topics.WINDOW_AGGREGATES, "compression.type"))
                      .isEqualTo("gzip"));
      assertThat(config(admin, Topics.WINDOW_AGGREGATES, "retention.ms")).isEqualTo("123456789");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(TopicCatalog.align(admin, PATIENCE)).isEmpty());
      for (TopicSpec spec : TopicCatalog.all()) {
        spec.configs()
            .forEach(
                (key, value) -> {
                  if (!key.equals("retention.ms")) {
                    assertThat(config(admin, spec.name(), key)).as(spec.name()).isEqualTo(value);
                  }
                });
      }
    }
  }

  private static String config(Admin admin, String topic, String key) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      return config.get(key).value();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
