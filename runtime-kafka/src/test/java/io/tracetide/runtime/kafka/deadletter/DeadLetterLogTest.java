package io.tracetide.runtime.kafka.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DeadLetterLogTest {

  @Test
  void shouldWriteOneLineInTenSecondsPerReasonAndCountTheOthers() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream standardError = System.err;
    System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      DeadLetterLog log = new DeadLetterLog(LoggerFactory.getLogger(DeadLetterLogTest.class));
      for (int i = 0; i < 1_000; i++) {
        log.note("BAD_MAGIC", "", "anomalies", 0, i, i * 11L);
      }
      log.note("TRUNCATED", "", "anomalies", 0, 1_000, 11_000);
    } finally {
      System.setErr(standardError);
    }

    assertThat(shown.toString(StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("offset=0 unlogged=0"))
        .anyMatch(line -> line.contains("offset=910 unlogged=909"))
        .anyMatch(line -> line.contains("reason=truncated"));
  }
}
