package io.tracetide.standalone.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorChildTest {

  @Test
  void shouldFindTheNewestReasonOfThisRun(@TempDir Path directory) throws IOException {
    String earlier = "tracetide: the disk is full\n";
    Path log =
        Files.writeString(
            directory.resolve("processor.log"),
            earlier + "INFO begins\ntracetide: the first\nINFO again\ntracetide: the last\nINFO\n");

    assertThat(ProcessorChild.reason(log, earlier.length())).contains("the last");
    assertThat(ProcessorChild.reason(log, 1_000_000)).contains("the last");
    assertThat(ProcessorChild.reason(log, Files.size(log))).isEmpty();
    assertThat(ProcessorChild.reason(directory.resolve("none"), 0)).isEmpty();
  }
}
