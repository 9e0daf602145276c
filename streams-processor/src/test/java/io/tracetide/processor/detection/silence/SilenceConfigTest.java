package io.tracetide.processor.detection.silence;

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

class SilenceConfigTest {

  @Test
  void shouldListEveryKeyWithItsDefaultInTheReadme() throws IOException {
    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| `silence."))
            .map(line -> line.replaceAll("^\\| `silence\\.(\\w+)` \\| (\\S+) \\|.*", "$1 $2"))
            .toList();

    assertThat(documented)
        .containsExactlyElementsOf(
            ConfigReader.keys(SilenceConfig.defaults()).stream()
                .map(key -> key.path() + " " + key.defaultValue())
                .toList());
  }

  @Test
  void shouldNameEveryKeyThatIsOutOfRange() {
    Duration zero = Duration.ZERO;
    assertThatThrownBy(() -> new SilenceConfig(true, zero, zero, zero, 0))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContainingAll("after", "allAfter", "warmUp", "expectedSpans");
  }
}
