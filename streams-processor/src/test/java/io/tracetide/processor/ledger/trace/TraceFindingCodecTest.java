package io.tracetide.processor.ledger.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
              Map.of("silence_ms", 31_000.5),
              Map.of("silence_ms", 30_000.0),
              "silent for too long"),
          true,
          1_772_366_400_000L);

  @Test
  void shouldReadWhatItWrites() {
    assertThat(TraceFindingCodec.decode(TraceFindingCodec.encode(FINDING))).isEqualTo(FINDING);
  }

  @Test
  void shouldRefuseEveryCut() {
    byte[] whole = TraceFindingCodec.encode(FINDING);

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
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("format");
  }
}
