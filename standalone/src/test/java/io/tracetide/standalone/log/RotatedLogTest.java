package io.tracetide.standalone.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatedLogTest {

  @TempDir private Path directory;

  @Test
  void shouldSetFilesAsideWhileItIsWrittenToAndKeepTheNewest() throws IOException {
    Path file = directory.resolve("standalone.log");
    try (PrintStream log = new PrintStream(new RotatedLog(file, 1_000), true, UTF_8)) {
      for (int i = 0; i < 1_000; i++) {
        log.println("line %04d".formatted(i));
      }
    }

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "standalone.log",
              "standalone.log.1",
              "standalone.log.2",
              "standalone.log.3",
              "standalone.log.4");
    }
    List<String> kept = new ArrayList<>();
    for (String suffix : List.of(".4", ".3", ".2", ".1", "")) {
      Path each = directory.resolve("standalone.log" + suffix);
      assertThat(Files.size(each)).isLessThanOrEqualTo(1_000);
      kept.addAll(Files.readAllLines(each));
    }
    assertThat(kept).endsWith("line 0999").doesNotHaveDuplicates();
    assertThat(kept.get(0)).isEqualTo("line %04d".formatted(1_000 - kept.size()));
  }

  @Test
  void shouldGoOnWithAFileThatIsThere() throws IOException {
    Path file = directory.resolve("standalone.log");
    Files.writeString(file, "x".repeat(990));

    try (PrintStream log = new PrintStream(new RotatedLog(file, 1_000), true, UTF_8)) {
      log.print("0123456789");
      log.print("next");
    }

    assertThat(Files.size(directory.resolve("standalone.log.1"))).isEqualTo(1_000);
    assertThat(file).hasContent("next");
  }

  @Test
  void shouldCutAFileThatAnotherProcessAppendsTo() throws IOException {
    Path file = directory.resolve("registry.log");
    try (FileOutputStream other = new FileOutputStream(file.toFile(), true)) {
      other.write("x".repeat(1_001).getBytes(UTF_8));
      RotatedLog.cut(file, 1_000);
      other.write("next".getBytes(UTF_8));
      RotatedLog.cut(file, 1_000);
    }

    assertThat(Files.size(directory.resolve("registry.log.1"))).isEqualTo(1_001);
    assertThat(file).hasContent("next");
  }
}
