package io.tracetide.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigKey;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.KafkaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayConfigTest {

  @Test
  void shouldHaveEveryKeyAndDefaultInTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"));

    assertThat(ConfigReader.keys(GatewayConfig.defaults()))
        .extracting(GatewayConfigTest::row)
        .allSatisfy(row -> assertThat(readme).contains(row));
  }

  @Test
  void shouldReportEveryValueThatBreaksAPromise() {
    String yaml =
        """
        tenant: ""
        inFlightBytes: 1000
        acknowledgeWithin: 60s
        producer:
          acks: "1"
        """;

    assertThatThrownBy(() -> ConfigReader.parse(yaml, GatewayConfig.defaults(), Map.of()))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(problem -> problem.path())
                    .contains(
                        "tenant", "inFlightBytes", "listener.requestTimeout", "producer.acks"));
  }

  @Test
  void shouldNotAcceptLargerEventsThanTheProcessorReads() {
    assertThatThrownBy(
            () ->
                ConfigReader.parse(
                    "event: { recordBytes: 1000001 }", GatewayConfig.defaults(), Map.of()))
        .hasMessageContaining("event.recordBytes");
  }

  private static String row(ConfigKey key) {
    return "| `%s` | `%s` |".formatted(key.path(), key.defaultValue());
  }

  @ParameterizedTest
  @CsvSource({
    "acks, 1, gateway",
    "enable.idempotence, false, gateway",
    "transactional.id, mine, gateway",
    "key.serializer, other.Serializer, gateway",
    "delivery.timeout.ms, 1000, gateway.acknowledgeWithin",
    "bootstrap.servers, other:9092, kafka.bootstrapServers",
  })
  void shouldRejectKafkaPropertiesThatContradictAGuarantee(String key, String value, String by) {
    KafkaConfig kafka = new KafkaConfig("127.0.0.1:9092", Map.of(key, value));

    assertThatThrownBy(() -> GatewayConfig.defaults().producer(kafka).toMap())
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("kafka.properties." + key + ": got \"" + value + "\"")
        .hasMessageContaining(by);
  }

  @Test
  void shouldPreferItsOwnPropertiesToThoseOfAllClients() {
    GatewayConfig config =
        ConfigReader.parse(
            "producer: { linger.ms: \"3\", acks: all }", GatewayConfig.defaults(), Map.of());
    KafkaConfig kafka =
        new KafkaConfig("127.0.0.1:9092", Map.of("linger.ms", "7", "batch.size", "1000"));

    assertThat(config.producer(kafka).toMap())
        .containsEntry("linger.ms", "3")
        .containsEntry("batch.size", "1000")
        .containsEntry("acks", "all")
        .containsEntry("delivery.timeout.ms", 30_000);
  }
}
