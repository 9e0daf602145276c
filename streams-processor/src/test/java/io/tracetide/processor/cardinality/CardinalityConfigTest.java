package io.tracetide.processor.cardinality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.InvalidConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CardinalityConfigTest {

  @Test
  void shouldListEveryKeyWithItsDefaultInTheReadme() throws IOException {
    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| `cardinality."))
            .map(line -> line.replaceAll("^\\| `cardinality\\.(\\w+)` \\| (\\S+) \\|.*", "$1 $2"))
            .toList();

    assertThat(documented)
        .containsExactlyElementsOf(
            ConfigReader.keys(CardinalityConfig.defaults()).stream()
                .map(key -> key.path() + " " + key.defaultValue())
                .toList());
  }

  @Test
  void shouldNameEveryKeyThatIsOutOfRange() {
    assertThatThrownBy(() -> new CardinalityConfig(true, 1, 1, 0, 0, Duration.ofMinutes(1)))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContainingAll(
            "servicesPerTenant", "operationsPerService", "metricsPerService", "forgetAfter");
  }
}
