package io.tracetide.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.config.ConfigKey;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import io.tracetide.runtime.http.ListenerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  record Shared(KafkaConfig kafka, RegistryConfig registry, ListenerConfig listener) {}

  @Test
  void shouldListEveryKeyWithItsTypeAndDefaultInTheReadme() throws IOException {
    Shared defaults =
        new Shared(KafkaConfig.defaults(), RegistryConfig.defaults(), ListenerConfig.onPort(0));

    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.matches("\\| `(kafka|registry|listener)\\..*"))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
            .toList();

    assertThat(documented)
        .containsExactlyElementsOf(
            ConfigReader.keys(defaults).stream().map(ReadmeTest::row).toList());
  }

  private static String row(ConfigKey key) {
    String value = key.path().equals("listener.port") ? "the role's" : code(key.defaultValue());
    return "| `"
        + key.path()
        + "` | "
        + key.type()
        + " |"
        + (value.isEmpty() ? "" : " " + value)
        + " |";
  }

  private static String code(String value) {
    return value.isEmpty() ? "" : "`" + value + "`";
  }
}
