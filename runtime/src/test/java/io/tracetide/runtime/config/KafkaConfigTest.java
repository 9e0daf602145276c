package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConfigTest {

  @ParameterizedTest
  @CsvSource({
    "max.request.size, 1048575",
    "producer.max.request.size, 100000",
    "topic.max.message.bytes, 65536",
    "buffer.memory, many",
  })
  void shouldRefuseALimitThatTheLargestRecordDoesNotFitInto(String key, String value) {
    assertThatThrownBy(() -> new KafkaConfig("127.0.0.1:9092", Map.of(key, value)))
        .hasMessageContaining("properties." + key)
        .hasMessageContaining("1048576 or more");
  }

  @ParameterizedTest
  @ValueSource(strings = {"max.request.size", "producer.buffer.memory", "max.request.size.other"})
  void shouldTakeLargerLimits(String key) {
    Map<String, String> properties =
        key.endsWith("other") ? Map.of(key, "1") : Map.of(key, "2097152");

    assertThat(new KafkaConfig("127.0.0.1:9092", properties).properties()).isEqualTo(properties);
  }
}
