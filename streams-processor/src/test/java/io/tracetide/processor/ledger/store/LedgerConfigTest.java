package io.tracetide.processor.ledger.store;

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

class LedgerConfigTest {

  @Test
  void shouldListEveryKeyWithItsDefaultInTheReadme() throws IOException {
    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| `ledger."))
            .map(line -> line.replaceAll("^\\| `ledger\\.([\\w.]+)` \\| (\\S+) \\|.*", "$1 $2"))
            .toList();

    assertThat(documented)
        .containsExactlyElementsOf(
            ConfigReader.keys(LedgerConfig.defaults()).stream()
                .map(key -> key.path() + " " + key.defaultValue())
                .toList());
  }

  @Test
  void shouldNameEveryKeyThatIsOutOfRange() {
    assertThatThrownBy(
            () ->
                new LedgerConfig.SilenceBounds(
                    0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(InvalidConfig.class)
        .hasMessageContainingAll(
            "factor", "floor", "withoutHistory", "abandonAfter", "forgetAfter");
  }
}
