package io.tracetide.standalone.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.life.EnvironmentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
  void shouldBeReadableByItsOwnerOnly() throws Exception {
    Path directory = parent.resolve("new");
    try (DataDirectory data = DataDirectory.claim(directory)) {
      for (Path path : List.of(directory, data.logs(), data.run(), data.directory("kafka"))) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isEqualTo("rwx------");
      }
    }
  }

  /** It may be one that other programs use, too. */
  @Test
  void shouldLeaveADirectoryThatWasThereAsItIs() throws Exception {
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));

    DataDirectory.claim(parent).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)))
        .isEqualTo("rwxr-xr-x");
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
