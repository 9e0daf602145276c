package io.tracetide.processor.ledger.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.HexResource;
import io.tracetide.runtime.kafka.streams.FailurePolicy;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code trace-finding} were written by builds of the past. */
class TraceFindingCodecTest {

  private static final TraceFinding FINDING =
      new TraceFinding(
          "acme",
          "planner",
          "plan {id}",
          "träce-1",
          new Breach(
              Detector.LEDGER,
              AnomalyKind.STUCK_TRACE,
              "contract/approval",
              Severity.HIGH,
              Map.of("silence_ms", 31_000.5, "open_spans", 2.0),
              Map.of("silence_ms", 30_000.0),
              "silent for too long"),
          true,
          1_772_366_400_000L);

  @ParameterizedTest
  @ValueSource(strings = {"format-1", "avro-1"})
  void shouldReadWhatEarlierBuildsWrote(String file) {
    assertThat(TraceFindingCodec.decode(bytes(file))).isEqualTo(FINDING);
  }

  @Test
  void shouldWriteAvro() {
    assertThat(TraceFindingCodec.encode(FINDING)).isEqualTo(bytes("avro-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"format-1", "avro-1"})
  void shouldRefuseEveryCut(String file) {
    byte[] whole = bytes(file);

    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> TraceFindingCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldRefuseAnotherFormat() {
    byte[] other = TraceFindingCodec.encode(FINDING);
    other[0] = 9;

    assertThatThrownBy(() -> TraceFindingCodec.decode(other))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * A failure of the environment would stop the processor, and a record of others could cause it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "any", "not a finding at all"})
  void shouldNotReportAMalformedRecordAsAFailureOfTheEnvironment(String text) {
    assertThatThrownBy(() -> TraceFindingCodec.decode(text.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .matches(failure -> !FailurePolicy.isOfTheEnvironment(failure));
  }

  private static byte[] bytes(String name) {
    return HexResource.read(TraceFindingCodecTest.class, "trace-finding/" + name + ".hex");
  }
}
