package io.tracetide.standalone.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.life.EnvironmentException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path parent;

  @Test
  void shouldRefuseASecondClaimUntilTheFirstIsGivenUp() {
    Path directory = parent.resolve("new/one");
    try (DataDirectory first = DataDirectory.claim(directory)) {
      assertThat(first.logs()).isDirectory();
      assertThatThrownBy(() -> DataDirectory.claim(directory))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("in use by another Tracetide")
          .hasMessageContaining("--data-dir");
    }
    DataDirectory.claim(directory).close();
  }

  @Test
  void shouldSayWhatToDoWhenItCannotBeWritten() throws Exception {
    Path file = Files.writeString(parent.resolve("file"), "");

    assertThatThrownBy(() -> DataDirectory.claim(file.resolve("below")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageNotContaining("\n");
  }
}
