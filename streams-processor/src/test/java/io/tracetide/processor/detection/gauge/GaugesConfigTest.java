package io.tracetide.processor.detection.gauge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.InvalidConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class GaugesConfigTest {

  @Test
  void shouldListEveryKeyWithItsDefaultInTheReadme() throws IOException {
    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| `gauges."))
            .map(line -> line.replaceAll("^\\| `gauges\\.(\\w+)` \\| (\\S+) \\|.*", "$1 $2"))
            .toList();

    assertThat(documented)
        .containsExactlyElementsOf(
            ConfigReader.keys(GaugesConfig.defaults()).stream()
                .map(key -> key.path() + " " + key.defaultValue())
                .toList());
  }

  @Test
  void shouldNameEveryKeyThatIsOutOfRange() {
    assertThatThrownBy(() -> new GaugesConfig(-1, 0, 0, -1, List.of()))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContainingAll("maxSeries", "threshold", "leastDeviation", "forestsInMemory");
  }
}
