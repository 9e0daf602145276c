package io.tracetide.standalone.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.environment.LoopbackPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TOPIC = "kept";

  @TempDir Path directory;

  @Test
  void shouldKeepRecordsWhenRestartedOnTheSameDirectory() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0, PATIENCE)) {
      createTopic(kafka);
      write(kafka, 1_000, false, true);
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0, PATIENCE)) {
      assertThat(read(kafka, 1_000)).hasSize(1_000).startsWith("0").endsWith("999");
    }
  }

  @Test
  void shouldHideWhatATransactionAbortedWhenRead() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0, PATIENCE)) {
      createTopic(kafka);
      write(kafka, 10, true, false);
      write(kafka, 20, true, true);

      assertThat(read(kafka, 20)).hasSize(20);
    }
  }

  @Test
  void shouldNameThePortWhenItIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, other.getLocalPort(), PATIENCE))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " is taken")
          .hasMessageContaining("--port-offset");
    }
  }

  @Test
  void shouldRefuseADirectoryWhenAnotherBrokerHoldsIt() {
    try (EmbeddedKafka first = EmbeddedKafka.start(directory, 0, PATIENCE)) {
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, LoopbackPort.free(), PATIENCE))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("in use by another process");
      assertThat(first.bootstrapServers()).doesNotEndWith(":0");
    }
  }

  private static void createTopic(EmbeddedKafka kafka) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  private static void write(EmbeddedKafka kafka, int count, boolean transactional, boolean commit) {
    Map<String, Object> settings = new java.util.HashMap<>();
    settings.put("bootstrap.servers", kafka.bootstrapServers());
    if (transactional) {
      settings.put("transactional.id", "writer");
    }
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      if (transactional) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(TOPIC, String.valueOf(i)));
      }
      producer.flush();
      if (transactional && commit) {
        producer.commitTransaction();
      } else if (transactional) {
        producer.abortTransaction();
      }
    }
  }

  private static List<String> read(EmbeddedKafka kafka, int expected) {
    List<String> values = new ArrayList<>();
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < expected && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> r : consumer.poll(Duration.ofMillis(200))) {
          values.add(r.value());
        }
      }
    }
    return values;
  }
}
