package io.tracetide.runtime.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.KafkaConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClientPropertiesTest {

  @Test
  void shouldPreferTheOperatorToDefaultsAndGuaranteesToBoth() {
    Map<String, Object> merged =
        ClientProperties.of(kafka(Map.of("linger.ms", "7", "acks", "all")))
            .preset("linger.ms", 5)
            .preset("batch.size", 100)
            .preset("acks", "1")
            .require("acks", "all", "role.guarantee")
            .toMap();

    assertThat(merged)
        .containsOnly(
            Map.entry("bootstrap.servers", "127.0.0.1:9092"),
            Map.entry("linger.ms", "7"),
            Map.entry("batch.size", 100),
            Map.entry("acks", "all"));
  }

  @Test
  void shouldNameBothKeysOfEachContradiction() {
    ClientProperties properties =
        ClientProperties.of(kafka(Map.of("acks", "1", "transactional.id", "mine")))
            .require("acks", "all", "role.guarantee")
            .forbid("transactional.id", "role.guarantee");

    assertThatThrownBy(properties::toMap)
        .isInstanceOfSatisfying(
            InvalidConfig.class,
            e ->
                assertThat(e.problems())
                    .extracting(Object::toString)
                    .containsExactlyInAnyOrder(
                        "kafka.properties.acks: got \"1\", expected all, required by"
                            + " role.guarantee",
                        "kafka.properties.transactional.id: got \"mine\", expected no value,"
                            + " required by role.guarantee"));
  }

  @Test
  void shouldAcceptEqualValuesInAnyNotation() {
    ClientProperties properties =
        ClientProperties.of(
                kafka(
                    Map.of(
                        "acks", "-1",
                        "enable.idempotence", "TRUE",
                        "key.serializer", "java.lang.String ")))
            .require("acks", "all", "role.guarantee")
            .require("enable.idempotence", true, "role.guarantee")
            .require("key.serializer", String.class, "role.guarantee");

    assertThat(properties.toMap())
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("key.serializer", String.class);
  }

  @Test
  void shouldPreferTheLaterOfTwoLayersOfTheOperator() {
    assertThat(
            ClientProperties.of(kafka(Map.of("linger.ms", "7")))
                .overlay("gateway.producer", Map.of("linger.ms", "9"))
                .toMap())
        .containsEntry("linger.ms", "9");
  }

  @Test
  void shouldNotHideAPropertyOfTheOperatorBehindADefaultWithAPrefix() {
    assertThat(
            ClientProperties.of(kafka(Map.of("max.poll.records", "10")))
                .presetConsumer("max.poll.records", 200)
                .presetConsumer("session.timeout.ms", 10_000)
                .toMap())
        .containsEntry("max.poll.records", "10")
        .containsEntry("consumer.session.timeout.ms", 10_000)
        .doesNotContainKey("consumer.max.poll.records");
  }

  @Test
  void shouldCheckAllPrefixesOfStreams() {
    ClientProperties properties =
        ClientProperties.of(kafka(Map.of("restore.consumer.isolation.level", "read_uncommitted")))
            .requireConsumer("isolation.level", "read_committed", "role.guarantee");

    assertThatThrownBy(properties::toMap)
        .hasMessageContaining("kafka.properties.restore.consumer.isolation.level")
        .hasMessageContaining("role.guarantee");
  }

  @Test
  void shouldRefuseBrokersAndForbiddenPropertiesUnderEveryPrefix() {
    ClientProperties properties =
        ClientProperties.of(
                kafka(
                    Map.of(
                        "admin.bootstrap.servers", "x:1",
                        "consumer.bootstrap.servers", "127.0.0.1:9092",
                        "main.consumer.group.id", "mine",
                        "producer.transactional.id", "t")))
            .forbid("group.id", "role.applicationId")
            .forbid("transactional.id", "role.applicationId");

    assertThatThrownBy(properties::toMap)
        .hasMessageContaining("kafka.properties.admin.bootstrap.servers")
        .hasMessageContaining("kafka.properties.main.consumer.group.id")
        .hasMessageContaining("kafka.properties.producer.transactional.id")
        .hasMessageNotContaining("consumer.bootstrap.servers");
  }

  private static KafkaConfig kafka(Map<String, String> properties) {
    return new KafkaConfig("127.0.0.1:9092", properties);
  }
}
