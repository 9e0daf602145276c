package io.tracetide.standalone.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.processor.query.http.DashboardConfig;
import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.Placement;
import io.tracetide.standalone.config.TopicsConfig;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Platform;
import io.tracetide.standalone.launch.Progress;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that lost the last marker of a transaction, which its coordinator has as complete. */
class HangingTransactionsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOPIC = "app-store-changelog";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final TopicPartition OFFSETS = new TopicPartition("__consumer_offsets", 0);

  @TempDir Path directory;

  @Test
  void shouldAbortWhatHangsAndNothingElse() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0, PATIENCE);
        Admin admin = Admin.create(clients(kafka))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
      commit(kafka, TOPIC);
    }
    LostMarker.cut(directory, PARTITION.toString());
    LostMarker.cut(directory, OFFSETS.toString());

    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0, PATIENCE);
        Admin admin = Admin.create(clients(kafka));
        KafkaProducer<String, String> alive = transactional(kafka, "alive")) {
      long end = end(admin, PARTITION, IsolationLevel.READ_UNCOMMITTED);
      assertThat(end).isEqualTo(2);
      assertThat(end(admin, PARTITION, IsolationLevel.READ_COMMITTED)).as("it hangs").isZero();
      assertThat(new HangingTransactions(admin, PATIENCE).abort()).isEqualTo(2);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(end(admin, PARTITION, IsolationLevel.READ_COMMITTED))
                      .isEqualTo(end(admin, PARTITION, IsolationLevel.READ_UNCOMMITTED))
                      .isEqualTo(end + 1));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(end(admin, OFFSETS, IsolationLevel.READ_COMMITTED))
                      .isEqualTo(end(admin, OFFSETS, IsolationLevel.READ_UNCOMMITTED)));

      alive.initTransactions();
      alive.beginTransaction();
      alive.send(new ProducerRecord<>(TOPIC, "k", "alive")).get();
      assertThat(new HangingTransactions(admin, PATIENCE).abort()).as("alive").isZero();
      alive.commitTransaction();
    }
  }

  /** As a person starts it, with a topic of ours. */
  @Test
  void shouldAbortBeforeAnyRoleStarts() throws Exception {
    TopicPartition notifications = new TopicPartition(Topics.NOTIFICATIONS, 1);
    try (PipelineFixture first = PipelineFixture.start(directory);
        KafkaProducer<String, String> producer = transactional(first.bootstrapServers(), "sink")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(Topics.NOTIFICATIONS, 1, "k", "v")).get();
      producer.commitTransaction();
    }
    LostMarker.cut(directory.resolve("kafka"), notifications.toString());

    Placement placement =
        new Placement(
            LoopbackPort.free(),
            LoopbackPort.free(),
            0,
            0,
            0,
            0,
            directory.resolve("state"),
            DashboardConfig.defaults());
    Progress silent = new Progress(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    try (DataDirectory data = DataDirectory.claim(directory);
        Closers closers = new Closers()) {
      Platform.start(data, placement, TopicsConfig.defaults(), PATIENCE, silent, closers);
      Admin admin =
          closers.add(
              "admin", Admin.create(Map.of("bootstrap.servers", placement.bootstrapServers())));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(end(admin, notifications, IsolationLevel.READ_COMMITTED))
                      .isEqualTo(end(admin, notifications, IsolationLevel.READ_UNCOMMITTED)));
    }
  }

  private static void commit(EmbeddedKafka kafka, String topic) throws Exception {
    try (KafkaProducer<String, String> producer = transactional(kafka, "dead");
        KafkaConsumer<String, String> group =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "group.id", "group"),
                new StringDeserializer(),
                new StringDeserializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "k", "1"));
      producer.send(new ProducerRecord<>(topic, "k", "2"));
      producer.sendOffsetsToTransaction(
          Map.of(PARTITION, new OffsetAndMetadata(7)), group.groupMetadata());
      producer.commitTransaction();
    }
    // The coordinator has noted that all markers are written; then nothing is sent anew.
    Thread.sleep(1_000);
  }

  private static KafkaProducer<String, String> transactional(EmbeddedKafka kafka, String id) {
    return transactional(kafka.bootstrapServers(), id);
  }

  private static KafkaProducer<String, String> transactional(String bootstrapServers, String id) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "transactional.id", id),
        new StringSerializer(),
        new StringSerializer());
  }

  private static Map<String, Object> clients(EmbeddedKafka kafka) {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  private static long end(Admin admin, TopicPartition partition, IsolationLevel isolation)
      throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
        .partitionResult(partition)
        .get()
        .offset();
  }
}
