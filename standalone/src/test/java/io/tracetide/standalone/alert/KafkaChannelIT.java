package io.tracetide.standalone.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.topic.Kafka;
import io.tracetide.alert.channel.topic.Kafka.Format;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.standalone.launch.PipelineFixture;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The Kafka channel, a real broker and a real registry. */
class KafkaChannelIT {
  private final PipelineFixture kafka = PipelineFixture.shared();
  private final SampleNotifications notifications = new SampleNotifications("checkout");

  @Test
  void shouldWriteNotificationsOfAGroupInTheirOrder() throws Exception {
    create("channel-it-json");
    Notification firing = notifications.firing();
    Notification resolved = notifications.resolved();
    try (Channel channel = open(Kafka.to("channel-it-json"))) {
      assertThat(channel.deliver(SampleNotifications.message(firing))).isEqualTo(new Delivered());
      assertThat(channel.deliver(SampleNotifications.message(resolved))).isEqualTo(new Delivered());
    }

    List<ConsumerRecord<byte[], byte[]>> records = kafka.read("channel-it-json");
    assertThat(records)
        .hasSize(2)
        .allSatisfy(
            record -> assertThat(new String(record.key(), UTF_8)).isEqualTo(firing.getGroupKey()));
    assertThat(new String(records.get(0).headers().lastHeader("idempotency-key").value(), UTF_8))
        .isEqualTo(firing.getNotificationId());
    JsonNode body = new ObjectMapper().readTree(records.get(1).value());
    assertThat(body.get("status").asText()).isEqualTo("resolved");
    assertThat(body.get("notificationId").asText()).isEqualTo(resolved.getNotificationId());
  }

  @Test
  void shouldWriteTheContractWithASchemaOfTheRegistry() throws Exception {
    create("channel-it-avro");
    Notification firing = notifications.firing();
    try (Channel channel =
        open(new Kafka("channel-it-avro", Format.AVRO, Duration.ofSeconds(30)))) {
      assertThat(channel.deliver(SampleNotifications.message(firing))).isEqualTo(new Delivered());
    }

    assertThat(
            new AvroDecoder<>(kafka.schemas(), Notification.class)
                .decode(kafka.read("channel-it-avro").get(0).value()))
        .isEqualTo(firing);
  }

  @Test
  void shouldRetryWhileTheTopicDoesNotExist() {
    Kafka config = new Kafka("channel-it-missing", Format.JSON, Duration.ofSeconds(3));
    try (Channel channel = open(config)) {
      long started = System.nanoTime();

      assertThat(channel.deliver(SampleNotifications.message(notifications.firing())))
          .isEqualTo(
              Retryable.because(
                  FailureReason.UNEXPECTED_ANSWER, "the topic channel-it-missing does not exist"));

      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void shouldRetryWithinTheTimeoutWhileTheBrokersDoNotAnswer() {
    Kafka config = new Kafka("channel-it-json", Format.JSON, Duration.ofSeconds(2));
    ChannelContext nowhere = context(new KafkaConfig("127.0.0.1:1", Map.of()));
    try (Channel channel = config.open(nowhere)) {
      assertThat(channel.deliver(SampleNotifications.message(notifications.firing())))
          .isInstanceOfSatisfying(
              Retryable.class, r -> assertThat(r.reason()).isEqualTo(FailureReason.TIMEOUT));
    }
  }

  private void create(String topic) throws Exception {
    try (Admin admin = Admin.create(kafka.clients())) {
      admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
    }
  }

  private Channel open(Kafka config) {
    return config.open(context(new KafkaConfig(kafka.bootstrapServers(), Map.of())));
  }

  private ChannelContext context(KafkaConfig config) {
    return new ChannelContext(
        "ops",
        Clock.systemUTC(),
        config,
        DeliveryMemory.inProcess(),
        (template, why) -> {},
        Optional.of(kafka.schemas()));
  }
}
