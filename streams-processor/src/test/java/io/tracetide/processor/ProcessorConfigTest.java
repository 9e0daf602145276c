package io.tracetide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.topology.intake.ProcessorFailurePolicy;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.KafkaConfig;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorConfigTest {
  private static final String EVERYWHERE = "listener: { host: \"%s\", port: 8080, insecure: true }";

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0"})
  void shouldRequireAnAdvertisedAddressForAWildcardListener(String host) {
    assertThatThrownBy(() -> read(EVERYWHERE.formatted(host)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("advertisedAddress")
        .hasMessageContaining("host:port")
        .hasMessageContaining("listener.host " + host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0:8080", "[::]:8080", "10.0.0.5", "10.0.0.5:0", "http://a:1", "a:70000"})
  void shouldRejectAnUnreachableAdvertisedAddress(String address) {
    assertThatThrownBy(() -> read("advertisedAddress: \"" + address + "\""))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("advertisedAddress")
        .hasMessageContaining("10.0.0.5:8080");
  }

  @ParameterizedTest
  @ValueSource(strings = {"processor-1:8080", "10.0.0.5:1", "[fe80::1]:65535"})
  void shouldTakeAnAddress(String address) {
    ProcessorConfig config =
        read(
            EVERYWHERE.formatted("0.0.0.0")
                + System.lineSeparator()
                + "advertisedAddress: \""
                + address
                + "\"");

    assertThat(config.advertisedAddress()).isEqualTo(address);
  }

  @Test
  void shouldWarmUpReplicasBesideTheOwner() {
    assertThat(settings(read("standbyReplicas: 1"), KafkaConfig.defaults()))
        .containsEntry(StreamsConfig.APPLICATION_SERVER_CONFIG, "127.0.0.1:8080")
        .containsEntry(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1)
        .containsEntry(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, 2)
        .containsEntry(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 10_000L)
        .containsEntry(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
  }

  @Test
  void shouldLetTheOperatorOfKafkaHaveTheLastWord() {
    KafkaConfig kafka =
        new KafkaConfig(
            "127.0.0.1:9092", Map.of(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, "5"));

    assertThat(settings(ProcessorConfig.defaults(), kafka))
        .containsEntry(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, "5");
  }

  @Test
  void shouldAcceptKafkaPropertiesThatEqualWhatAGuaranteeDependsOn() {
    KafkaConfig kafka =
        new KafkaConfig(
            "127.0.0.1:9092",
            Map.of(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                "exactly_once_v2",
                StreamsConfig.STATE_DIR_CONFIG,
                "data/processor",
                "isolation.level",
                "read_committed",
                "producer.acks",
                "-1"));

    assertThat(settings(ProcessorConfig.defaults(), kafka))
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "exactly_once_v2")
        .containsEntry(
            StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, ProcessorFailurePolicy.class)
        .containsEntry(
            StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, ProcessorFailurePolicy.class)
        .containsEntry("producer.max.request.size", 1_048_576)
        .containsEntry("topic.max.message.bytes", 1_048_588);
  }

  @ParameterizedTest
  @CsvSource({
    "processing.guarantee, at_least_once, processor.guarantee",
    "application.id, other, processor.applicationId",
    "state.dir, /tmp, processor.stateDir",
    "application.server, other:8080, processor.advertisedAddress",
    "bootstrap.servers, other:9092, kafka.bootstrapServers",
    "production.exception.handler, other.Handler, processor.guarantee",
    "isolation.level, read_uncommitted, processor.guarantee",
    "main.consumer.isolation.level, read_uncommitted, processor.guarantee",
    "consumer.enable.auto.commit, true, processor.guarantee",
    "acks, 1, processor.guarantee",
    "producer.enable.idempotence, false, processor.guarantee",
    "value.serializer, other.Serializer, processor.guarantee",
    "transactional.id, mine, processor.guarantee",
  })
  void shouldRejectKafkaPropertiesThatContradictAGuarantee(String key, String value, String by) {
    KafkaConfig kafka = new KafkaConfig("127.0.0.1:9092", Map.of(key, value));

    assertThatThrownBy(() -> settings(ProcessorConfig.defaults(), kafka))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContaining("kafka.properties." + key + ": got \"" + value + "\"")
        .hasMessageContaining(by);
  }

  @Test
  void shouldReportAllContradictionsWithoutStarting() {
    KafkaConfig kafka =
        new KafkaConfig("127.0.0.1:9092", Map.of("application.id", "other", "state.dir", "/tmp"));
    Checks checks = Checks.check();

    ProcessorConfig.defaults().check(kafka, checks);

    assertThatThrownBy(checks::done)
        .isInstanceOfSatisfying(
            InvalidConfig.class,
            e ->
                assertThat(e.problems())
                    .extracting(ConfigProblem::path)
                    .containsExactlyInAnyOrder(
                        "kafka.properties.application.id", "kafka.properties.state.dir"));
  }

  private static Map<Object, Object> settings(ProcessorConfig config, KafkaConfig kafka) {
    return StreamsSettings.of(config, kafka, "127.0.0.1:8080").toProperties();
  }

  private static ProcessorConfig read(String yaml) {
    return ConfigReader.parse(yaml, ProcessorConfig.defaults(), Map.of());
  }
}
