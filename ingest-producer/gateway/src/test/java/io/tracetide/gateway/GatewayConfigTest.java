package io.tracetide.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigKey;
import io.tracetide.runtime.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
                    .contains("tenant", "inFlightBytes", "listener.requestTimeout", "producer"));
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
}
