package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import io.tracetide.standalone.launch.RoleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A processor whose input topic is given more partitions. */
class PartitionChangeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @Test
  void shouldEndWithTheReasonWhileItRunsAndAfterARestart(@TempDir Path directory) throws Exception {
    try (PipelineFixture kafka = PipelineFixture.start(directory)) {
      int port = LoopbackPort.free();
      Path config =
          Files.writeString(
              directory.resolve("tracetide.yaml"),
              """
              kafka: { bootstrapServers: "%s", properties: { metadata.max.age.ms: "1000" } }
              registry: { url: "%s" }
              processor: { listener: { port: %d }, threads: 1, stateDir: "%s" }
              """
                  .formatted(
                      kafka.bootstrapServers(),
                      kafka.registryUrl(),
                      port,
                      directory.resolve("state")));
      Path log = directory.resolve("processor.log");
      Process running = RoleProcess.start("processor", config, log);
      try {
        new Readiness().await("processor", "http://127.0.0.1:" + port, PATIENCE, () -> {});
        addPartitions(kafka);
        shouldHaveEnded(running, log);
      } finally {
        running.destroyForcibly();
      }

      Path second = directory.resolve("restarted.log");
      Process restarted = RoleProcess.start("processor", config, second);
      try {
        shouldHaveEnded(restarted, second);
      } finally {
        restarted.destroyForcibly();
      }

      createAgain(kafka);
    }
  }

  /** As the reason says; the topic gets the number of the other one, not the configured one. */
  private static void createAgain(PipelineFixture kafka) throws Exception {
    try (Admin admin = Admin.create(kafka.clients())) {
      admin.deleteTopics(List.of(Topics.TRACES)).all().get();
      await()
          .atMost(PATIENCE)
          .until(() -> TopicCatalog.missing(admin, PATIENCE).equals(List.of(Topics.TRACES)));
      TopicCatalog.ensure(admin, 6, (short) 1, PATIENCE);
      assertThat(TopicCatalog.partitions(admin, PATIENCE)).containsEntry(Topics.TRACES, 4);
    }
  }

  private static void addPartitions(PipelineFixture kafka) throws Exception {
    try (Admin admin = Admin.create(kafka.clients())) {
      int before =
          admin
              .describeTopics(List.of(Topics.TRACES))
              .allTopicNames()
              .get()
              .get(Topics.TRACES)
              .partitions()
              .size();
      admin
          .createPartitions(Map.of(Topics.TRACES, NewPartitions.increaseTo(before + 2)))
          .all()
          .get();
    }
  }

  private static void shouldHaveEnded(Process process, Path log)
      throws IOException, InterruptedException {
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    String text = Files.readString(log);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isEqualTo(ExitCodes.ENVIRONMENT);
    assertThat(text)
        .containsPattern(
            "tracetide: the input topics have 6 partitions, but had 4 when the application started"
                + " for the first time, and its topic \\S+ still has 4; process the records of the"
                + " topic that has more, delete it and create it with 4 partitions");
  }
}
