package io.tracetide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.topology.intake.FailedRecords;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.KafkaConfig;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorConfigTest {
  private static final String EVERYWHERE = "listener: { host: \"%s\", port: 8080, insecure: true }";

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0"})
  void shouldNotTellOthersToCallEveryAddress(String host) {
    assertThatThrownBy(() -> read(EVERYWHERE.formatted(host)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("advertisedAddress")
        .hasMessageContaining("host:port")
        .hasMessageContaining("listener.host " + host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0:8080", "[::]:8080", "10.0.0.5", "10.0.0.5:0", "http://a:1", "a:70000"})
  void shouldRefuseAnAddressThatNobodyCanCall(String address) {
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
    Properties settings =
        StreamsSettings.of(read("standbyReplicas: 1"), KafkaConfig.defaults(), "127.0.0.1:8080");

    assertThat(settings)
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

    assertThat(StreamsSettings.of(ProcessorConfig.defaults(), kafka, "127.0.0.1:8080"))
        .containsEntry(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, "5");
  }

  @Test
  void shouldNotLetTheOperatorOfKafkaUndoWhatThePromisesRestOn() {
    KafkaConfig kafka =
        new KafkaConfig(
            "127.0.0.1:9092",
            Map.of(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "at_least_once",
                StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, "other.Handler"));

    assertThat(StreamsSettings.of(ProcessorConfig.defaults(), kafka, "127.0.0.1:8080"))
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "exactly_once_v2")
        .containsEntry(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class)
        .containsEntry(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class)
        .containsEntry("producer.max.request.size", 1_048_576)
        .containsEntry("topic.max.message.bytes", 1_048_588);
  }

  private static ProcessorConfig read(String yaml) {
    return ConfigReader.parse(yaml, ProcessorConfig.defaults(), Map.of());
  }
}
