package io.tracetide.gateway.format.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.CapturedBatch;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.schemas.TraceEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceEventLinesTest {

  private final TraceEventLines format =
      new TraceEventLines(new JsonBodies(BodyLimits.defaults()), 10_000);

  @Test
  void shouldReadEveryLineAndNothingOfEmptyOnes() {
    CapturedBatch read = read("\n" + event("a") + "\r\n  \n" + event("b") + "\n\n" + event("c"));

    assertThat(read.events()).extracting(TraceEvent::getTraceId).containsExactly("a", "b", "c");
    assertThat(read.batch().refused()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "not json",
        "{\"type\":\"STARTED\"",
        "{}{}",
        "{} x",
        "]",
        "\u0000",
        "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      })
  void shouldRefuseAnInvalidLineAndReadTheOthers(String bad) {
    CapturedBatch read = read(event("a") + "\n" + bad + "\n" + event("b"));

    assertThat(read.events()).extracting(TraceEvent::getTraceId).containsExactly("a", "b");
    assertThat(read.batch().refused()).extracting(Refusal::index).containsExactly(1);
    assertThat(read.reasons()).containsExactly(RefusalReason.MALFORMED_LINE);
  }

  @Test
  void shouldRefuseALineThatIsNoEvent() {
    CapturedBatch read = read("7\n[" + event("a") + "]\n{}\n" + event("b"));

    assertThat(read.reasons())
        .containsExactly(
            RefusalReason.INVALID_FIELD, RefusalReason.INVALID_FIELD, RefusalReason.INVALID_FIELD);
    assertThat(read.events()).hasSize(1);
  }

  private static String event(String trace) {
    return "{\"type\":\"STARTED\",\"traceId\":\"%s\",\"serviceName\":\"s\",\"operationName\":\"o\"}"
        .formatted(trace);
  }

  private CapturedBatch read(String body) {
    return CapturedBatch.withDefaults().read(format, body.getBytes(StandardCharsets.UTF_8));
  }
}
