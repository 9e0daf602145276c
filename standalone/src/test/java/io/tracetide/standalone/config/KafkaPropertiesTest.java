package io.tracetide.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigProblem;
import io.tracetide.runtime.config.ConfigReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaPropertiesTest {

  @Test
  void shouldReportEveryContradictionToAGuaranteeWithBothKeys() {
    String yaml =
        """
        kafka:
          properties:
            processing.guarantee: at_least_once
            delivery.timeout.ms: "1000"
        """;

    assertThatThrownBy(() -> read(yaml))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .extracting(ConfigProblem::toString)
                    .containsExactly(
                        "kafka.properties.delivery.timeout.ms: got \"1000\", expected 30000,"
                            + " required by gateway.acknowledgeWithin",
                        "kafka.properties.processing.guarantee: got \"at_least_once\","
                            + " expected exactly_once_v2, required by processor.guarantee",
                        "kafka.properties.processing.guarantee: got \"at_least_once\","
                            + " expected exactly_once_v2, required by the alert sink"));
  }

  @Test
  void shouldAcceptAPropertyThatEqualsWhatEveryRoleRequires() {
    TracetideConfig config =
        read("kafka: { properties: { processing.guarantee: exactly_once_v2, acks: all } }");

    assertThat(config.kafka().properties()).hasSize(2);
  }

  private static TracetideConfig read(String yaml) {
    return ConfigReader.parse(yaml, TracetideConfig.defaults(), Map.of());
  }
}
