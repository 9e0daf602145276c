package io.tracetide.alert.channel.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.topic.Kafka.Format;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TopicChannelTest {
  private static final Notification NOTIFICATION = Notifications.firing("ops", "fp", 1);

  private final List<Map<String, Object>> opened = new ArrayList<>();
  private MockProducer<byte[], byte[]> producer = producer(true);

  @Test
  void shouldWriteTheBodyOfTheWebhookUnderTheGroupKey() throws Exception {
    try (TopicChannel channel = channel(Kafka.to("alerts"), Optional.empty())) {
      assertThat(channel.deliver(Messages.of(NOTIFICATION))).isEqualTo(new Delivered());
    }

    ProducerRecord<byte[], byte[]> record = producer.history().get(0);
    assertThat(record.topic()).isEqualTo("alerts");
    assertThat(new String(record.key(), UTF_8)).isEqualTo(NOTIFICATION.getGroupKey());
    assertThat(record.headers().lastHeader("idempotency-key").value())
        .isEqualTo(NOTIFICATION.getNotificationId().getBytes(UTF_8));
    assertThat(new ObjectMapper().readTree(record.value()).get("groupKey").asText())
        .isEqualTo(NOTIFICATION.getGroupKey());
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void shouldWriteTheContractInAvro() {
    SchemaRegistry registry = new InMemorySchemaRegistry();
    Kafka config = new Kafka("alerts", Format.AVRO, Duration.ofSeconds(5));
    try (TopicChannel channel = channel(config, Optional.of(registry))) {
      assertThat(channel.deliver(Messages.of(NOTIFICATION))).isEqualTo(new Delivered());
    }

    assertThat(
            new AvroDecoder<>(registry, Notification.class)
                .decode(producer.history().get(0).value()))
        .isEqualTo(NOTIFICATION);
  }

  @Test
  void shouldWriteTheNameOfTheReceiverInEachFormat() throws Exception {
    SchemaRegistry registry = new InMemorySchemaRegistry();
    Notification toChannel = Notifications.firing("ops/kafka", "fp", 1);
    for (Format format : Format.values()) {
      producer = producer(true);
      Kafka config = new Kafka("alerts", format, Duration.ofSeconds(5));
      try (TopicChannel channel = channel(config, Optional.of(registry))) {
        channel.deliver(Messages.of(toChannel, "ops"));
      }
      byte[] value = producer.history().get(0).value();

      assertThat(
              format == Format.JSON
                  ? new ObjectMapper().readTree(value).get("receiver").asText()
                  : new AvroDecoder<>(registry, Notification.class).decode(value).getReceiver())
          .isEqualTo("ops");
    }
  }

  @Test
  void shouldRetryAvroWithoutARegistry() {
    Kafka config = new Kafka("alerts", Format.AVRO, Duration.ofSeconds(5));
    try (TopicChannel channel = channel(config, Optional.empty())) {
      assertThat(channel.deliver(Messages.of(NOTIFICATION)))
          .isInstanceOfSatisfying(
              Retryable.class,
              r -> assertThat(r.reason()).isEqualTo(FailureReason.REGISTRY_UNAVAILABLE));
    }
  }

  @Test
  void shouldBoundTheTimeOfAnAttemptWhateverTheOperatorSets() {
    try (TopicChannel channel = channel(Kafka.to("alerts"), Optional.empty())) {
      channel.deliver(Messages.of(NOTIFICATION));
    }

    assertThat(opened.get(0))
        .containsEntry("delivery.timeout.ms", 10_000)
        .containsEntry("max.block.ms", 10_000)
        .containsEntry("request.timeout.ms", 10_000)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("sasl.mechanism", "PLAIN")
        .containsEntry("bootstrap.servers", "broker:9092");
  }

  @Test
  void shouldTimeOutWithoutAnAcknowledgement() {
    producer = producer(false);
    Kafka config = new Kafka("alerts", Format.JSON, Duration.ofMillis(200));
    try (TopicChannel channel = channel(config, Optional.empty())) {
      long started = System.nanoTime();

      DeliveryResult result = channel.deliver(Messages.of(NOTIFICATION));

      assertThat(result)
          .isInstanceOfSatisfying(
              Retryable.class, r -> assertThat(r.reason()).isEqualTo(FailureReason.TIMEOUT));
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new TimeoutException("secret", new UnknownTopicOrPartitionException("secret")),
            Retryable.class,
            FailureReason.UNEXPECTED_ANSWER),
        Arguments.of(
            new TopicAuthorizationException("secret"), Rejected.class, FailureReason.UNAUTHORIZED),
        Arguments.of(
            new SaslAuthenticationException("secret"), Retryable.class, FailureReason.UNAUTHORIZED),
        Arguments.of(
            new RecordTooLargeException("secret"), Rejected.class, FailureReason.TOO_LARGE),
        Arguments.of(new TimeoutException("secret"), Retryable.class, FailureReason.TIMEOUT),
        Arguments.of(
            new NotEnoughReplicasException("secret"), Retryable.class, FailureReason.SERVER_ERROR),
        Arguments.of(
            new ProducerFencedException("secret"),
            Retryable.class,
            FailureReason.UNEXPECTED_ANSWER));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void shouldMapFailuresOfTheProducer(
      RuntimeException failure, Class<? extends DeliveryResult> type, FailureReason reason) {
    producer.sendException = failure;
    try (TopicChannel channel = channel(Kafka.to("alerts"), Optional.empty())) {
      DeliveryResult result = channel.deliver(Messages.of(NOTIFICATION));

      assertThat(result).isInstanceOf(type);
      assertThat(result.toString()).contains(reason.name()).doesNotContain("secret");
    }
  }

  @Test
  void shouldOpenAnotherProducerAfterOneThatIsUnusable() {
    MockProducer<byte[], byte[]> broken = producer;
    broken.sendException = new ProducerFencedException("fenced");
    try (TopicChannel channel = channel(Kafka.to("alerts"), Optional.empty())) {
      channel.deliver(Messages.of(NOTIFICATION));
      assertThat(broken.closed()).isTrue();

      producer = producer(true);
      assertThat(channel.deliver(Messages.of(NOTIFICATION))).isEqualTo(new Delivered());
    }
    assertThat(opened).hasSize(2);
  }

  @Test
  void shouldRetryWhileTheBrokersHaveNoAddress() {
    Kafka config = Kafka.to("alerts");
    try (TopicChannel channel =
        new TopicChannel(
            config,
            context(Optional.empty()),
            settings -> {
              throw new ConfigException("no resolvable address");
            })) {
      assertThat(channel.deliver(Messages.of(NOTIFICATION)))
          .isInstanceOfSatisfying(
              Retryable.class, r -> assertThat(r.reason()).isEqualTo(FailureReason.CONNECT_FAILED));
    }
  }

  @Test
  void shouldReportAnInterrupt() {
    producer = producer(false);
    try (TopicChannel channel = channel(Kafka.to("alerts"), Optional.empty())) {
      Thread.currentThread().interrupt();

      DeliveryResult result = channel.deliver(Messages.of(NOTIFICATION));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(result)
          .isInstanceOfSatisfying(
              Retryable.class, r -> assertThat(r.reason()).isEqualTo(FailureReason.INTERRUPTED));
    }
  }

  private TopicChannel channel(Kafka config, Optional<SchemaRegistry> registry) {
    return new TopicChannel(
        config,
        context(registry),
        settings -> {
          opened.add(settings);
          return producer;
        });
  }

  private static ChannelContext context(Optional<SchemaRegistry> registry) {
    KafkaConfig kafka =
        new KafkaConfig(
            "broker:9092", Map.of("delivery.timeout.ms", "600000", "sasl.mechanism", "PLAIN"));
    return new ChannelContext(
        "ops",
        Clock.systemUTC(),
        kafka,
        DeliveryMemory.inProcess(),
        (template, why) -> {},
        registry);
  }

  private static MockProducer<byte[], byte[]> producer(boolean acknowledging) {
    return new MockProducer<>(
        acknowledging, null, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
