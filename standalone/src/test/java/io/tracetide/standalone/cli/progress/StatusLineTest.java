package io.tracetide.standalone.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private StatusLine line(boolean terminal, Duration interval) {
    return new StatusLine(new PrintStream(out, true, StandardCharsets.UTF_8), terminal, interval);
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldSayNothingElsewhereThanOnATerminalWhenItTakesSeconds() {
    try (StatusLine line = line(false, Duration.ofHours(1))) {
      for (int i = 0; i < 97; i++) {
        line.update("counted " + i);
      }
    }

    assertThat(shown()).isEmpty();
  }

  @Test
  void shouldSayTheSameOnceElsewhere() {
    try (StatusLine line = line(false, Duration.ZERO)) {
      for (int i = 0; i < 97; i++) {
        line.update("counted 5 of 10 spans");
      }
    }

    assertThat(shown()).isEqualTo("counted 5 of 10 spans\n").doesNotContain("\r");
  }

  @Test
  void shouldSayOnceElsewhereWhyNothingMoves() {
    try (ProgressBar bar = new ProgressBar(line(false, Duration.ZERO), 10, "spans")) {
      bar.waits("no connection");
      bar.waits("no connection");
      bar.update(0);
    }

    assertThat(shown().lines())
        .filteredOn(line -> line.endsWith("0/10 spans, 0/s; trying again: no connection"))
        .hasSize(1);
  }

  @Test
  void shouldRedrawOneLineOnATerminal() {
    try (StatusLine line = line(true, Duration.ZERO)) {
      for (String text : new String[] {"counted 10", "done"}) {
        line.update(text);
      }
      line.update("end");
    }

    assertThat(shown()).isEqualTo("\rcounted 10\rdone      \rend \n");
  }
}
