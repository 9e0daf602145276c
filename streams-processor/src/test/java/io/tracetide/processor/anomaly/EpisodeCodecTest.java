package io.tracetide.processor.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpisodeCodecTest {

  private static final EpisodePolicy POLICY = new EpisodePolicy(2, 3, 3, 6, 12, 10_000);
  private static final Snapshot PEAK =
      new Snapshot(
          20_000,
          30_000,
          Map.of("error_rate_percent", 66.7, "p95_ms", 12.0),
          Map.of("error_rate_percent", 20.0),
          Map.of("error_rate_percent", 1.0),
          new Exemplars(null, "failed", "typical"));

  @Test
  void shouldReadBackAnOpenEpisodeWithItsPeak() {
    Episode.Open open =
        new Episode.Open(
            AnomalyKind.ERROR_RATE,
            30_000,
            new Episode.Height(Severity.HIGH, 0.9, 4.5, 66.7, PEAK),
            3,
            2,
            1,
            new WindowMarks(0b1011, 0b100, 60_000));

    assertThat(EpisodeCodec.decode(EpisodeCodec.encode(open))).isEqualTo(open);
  }

  @Test
  void shouldReadBackAPendingEpisode() {
    Episode.Pending pending =
        new Episode.Pending(
            new WindowMarks(0b101, 0, 60_000),
            40_000,
            AnomalyKind.LATENCY,
            new Episode.Height(Severity.LOW, 0.8, 1, 2, Snapshot.NONE));

    assertThat(EpisodeCodec.decode(EpisodeCodec.encode(pending))).isEqualTo(pending);
  }

  @Test
  void shouldGoOnWithAnOpenEpisodeOfTheFirstFormat() {
    byte[] kind = "LATENCY".getBytes(UTF_8);
    byte[] severity = "MEDIUM".getBytes(UTF_8);
    byte[] first =
        ByteBuffer.allocate(48 + kind.length + severity.length)
            .put((byte) 1)
            .put((byte) 2)
            .put((byte) kind.length)
            .put(kind)
            .put((byte) severity.length)
            .put(severity)
            .putLong(30_000)
            .putDouble(0.9)
            .putDouble(1.7)
            .putDouble(412)
            .putInt(4)
            .putInt(2)
            .putInt(5)
            .array();

    Episode read = EpisodeCodec.decode(first);
    assertThat(read)
        .isInstanceOfSatisfying(
            Episode.Open.class,
            open -> {
              assertThat(open.kind()).isEqualTo(AnomalyKind.LATENCY);
              assertThat(open.openedAtMs()).isEqualTo(30_000);
              assertThat(open.revision()).isEqualTo(4);
              assertThat(open.height().value()).isEqualTo(412);
              assertThat(open.height().peak().isKnown()).isFalse();
            });

    EpisodeStep step = POLICY.step(read, Evidence.CALM, 100_000);
    assertThat(step.change()).isInstanceOf(Change.Resolved.class);
  }

  @Test
  void shouldTakeTheNextBreachForThePeakOfAnEpisodeOfTheFirstFormat() {
    Episode.Open open =
        new Episode.Open(
            AnomalyKind.ERROR_RATE,
            30_000,
            new Episode.Height(Severity.HIGH, 0.9, 99, 5, Snapshot.NONE),
            0,
            0,
            0,
            new WindowMarks(0, 0, WindowMarks.UNKNOWN));
    Evidence breach = Evidence.breach(AnomalyKind.ERROR_RATE, Severity.HIGH, 0.9, 4.5, 66.7, PEAK);

    assertThat(POLICY.step(open, breach, 40_000).next())
        .isInstanceOfSatisfying(
            Episode.Open.class, after -> assertThat(after.height().peak()).isEqualTo(PEAK));
  }

  @Test
  void shouldOpenWithTheWindowsThatAPendingEpisodeOfTheFirstFormatCounted() {
    byte[] first = ByteBuffer.allocate(6).put((byte) 1).put((byte) 1).putInt(1).array();
    Evidence breach = Evidence.breach(AnomalyKind.ERROR_RATE, Severity.HIGH, 0.9, 4.5, 66.7, PEAK);

    assertThat(POLICY.step(EpisodeCodec.decode(first), breach, 30_000).change())
        .isInstanceOf(Change.Opened.class);
  }

  @Test
  void shouldRefuseWhatIsCutShort() {
    byte[] whole =
        EpisodeCodec.encode(
            Episode.Open.begin(
                Evidence.breach(AnomalyKind.ERROR_RATE, Severity.HIGH, 0.9, 4.5, 66.7, PEAK),
                30_000));

    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> EpisodeCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
