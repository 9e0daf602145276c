package io.tracetide.processor.anomaly.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.HexResource;
import io.tracetide.processor.anomaly.BreachEpisode;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code breach-episode} were written by builds of the past. */
class BreachEpisodeCodecTest {

  private static final BreachEpisode EPISODE =
      new BreachEpisode(
          EpisodeCodecTest.OPEN,
          "träce-1",
          31_000.5,
          List.of(
              new BreachEpisode.Offender("träce-1", 1_772_366_400_000L),
              new BreachEpisode.Offender("t0", 1_772_366_300_000L)),
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
              1_772_366_400_000L));

  @ParameterizedTest
  @ValueSource(strings = {"format-1", "avro-1"})
  void shouldReadWhatEarlierBuildsStored(String file) {
    assertThat(BreachEpisodeCodec.decode(bytes(file))).isEqualTo(EPISODE);
  }

  @Test
  void shouldWriteAvro() {
    assertThat(BreachEpisodeCodec.encode(EPISODE)).isEqualTo(bytes("avro-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"format-1", "avro-1"})
  void shouldRefuseWhatIsCutShort(String file) {
    byte[] whole = bytes(file);

    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> BreachEpisodeCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldRefuseAnotherFormat() {
    byte[] other = bytes("avro-1");
    other[0] = 9;

    assertThatThrownBy(() -> BreachEpisodeCodec.decode(other))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] bytes(String name) {
    return HexResource.read(BreachEpisodeCodecTest.class, "breach-episode/" + name + ".hex");
  }
}
