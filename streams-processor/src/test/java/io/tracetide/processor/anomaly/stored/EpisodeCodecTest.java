package io.tracetide.processor.anomaly.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.HexResource;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.anomaly.WindowMarks;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code episode} were written by builds of the past. */
class EpisodeCodecTest {

  private static final EpisodePolicy POLICY = new EpisodePolicy(2, 3, 3, 6, 12, 10_000);
  private static final Snapshot PEAK =
      new Snapshot(
          20_000,
          30_000,
          Map.of("error_rate_percent", 66.7, "p95_ms", 12.0),
          Map.of("error_rate_percent", 20.0),
          Map.of("error_rate_percent", 1.0),
          new Exemplars(null, "failed-ä", "typical"));
  private static final Episode.Height HEIGHT =
      new Episode.Height(Severity.HIGH, 0.9, 4.5, 66.7, PEAK);
  static final Episode.Open OPEN =
      new Episode.Open(
          AnomalyKind.ERROR_RATE, 30_000, HEIGHT, 3, 2, 1, new WindowMarks(0b1011, 0b100, 60_000));
  private static final WindowMarks UNKNOWN = new WindowMarks(0, 0, WindowMarks.UNKNOWN);

  /** The episodes in the files, by the names of these without the format. */
  private static final Map<String, Episode> EPISODES =
      Map.of(
          "open",
          OPEN,
          "open-unknown",
          new Episode.Open(AnomalyKind.LATENCY, 30_000, Episode.Height.NONE, 4, 2, 5, UNKNOWN),
          "pending",
          new Episode.Pending(
              new WindowMarks(0b101, 0, 60_000),
              40_000,
              AnomalyKind.LATENCY,
              new Episode.Height(Severity.LOW, 0.8, 1, 2, Snapshot.NONE)),
          "pending-never",
          new Episode.Pending(
              new WindowMarks(0b1, 0, 60_000),
              Episode.Pending.NEVER,
              AnomalyKind.ERROR_RATE,
              HEIGHT));

  @ParameterizedTest
  @ValueSource(strings = {"format-2", "avro-1"})
  void shouldReadWhatEarlierBuildsStored(String format) {
    EPISODES.forEach(
        (name, episode) ->
            assertThat(EpisodeCodec.decode(bytes(format + "-" + name))).isEqualTo(episode));
  }

  @Test
  void shouldReadTheOldestFormat() {
    assertThat(EpisodeCodec.decode(bytes("format-1-open")))
        .isEqualTo(
            new Episode.Open(
                AnomalyKind.LATENCY,
                30_000,
                new Episode.Height(Severity.MEDIUM, 0.9, 1.7, 412, Snapshot.NONE),
                4,
                2,
                5,
                UNKNOWN));
    assertThat(EpisodeCodec.decode(bytes("format-1-pending")))
        .isEqualTo(
            new Episode.Pending(
                new WindowMarks(1, 0, WindowMarks.UNKNOWN),
                Episode.Pending.NEVER,
                AnomalyKind.UNKNOWN,
                Episode.Height.NONE));
  }

  @Test
  void shouldWriteAvro() {
    EPISODES.forEach(
        (name, episode) -> assertThat(encode(episode)).isEqualTo(bytes("avro-1-" + name)));
  }

  @Test
  void shouldContinueAnOpenEpisodeOfTheOldestFormat() {
    EpisodeStep step =
        POLICY.step(EpisodeCodec.decode(bytes("format-1-open")), Evidence.CALM, 100_000);

    assertThat(step.change()).isInstanceOf(Change.Resolved.class);
  }

  @Test
  void shouldTakeTheNextBreachForThePeakOfAnEpisodeWithoutOne() {
    Episode.Open open =
        new Episode.Open(
            AnomalyKind.ERROR_RATE,
            30_000,
            new Episode.Height(Severity.HIGH, 0.9, 99, 5, Snapshot.NONE),
            0,
            0,
            0,
            UNKNOWN);

    assertThat(POLICY.step(open, breach(), 40_000).next())
        .isInstanceOfSatisfying(
            Episode.Open.class, after -> assertThat(after.height().peak()).isEqualTo(PEAK));
  }

  @Test
  void shouldOpenWithTheWindowsThatAPendingEpisodeOfTheOldestFormatCounted() {
    Episode pending = EpisodeCodec.decode(bytes("format-1-pending"));

    assertThat(POLICY.step(pending, breach(), 30_000).change()).isInstanceOf(Change.Opened.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format-1-open",
        "format-1-pending",
        "format-2-open",
        "avro-1-open",
        "avro-1-pending"
      })
  void shouldRefuseWhatIsCutShort(String file) {
    byte[] whole = bytes(file);

    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> EpisodeCodec.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldRefuseBytesThatAreNoEpisode() {
    for (byte[] bytes : List.of(new byte[] {3, 1, 0}, new byte[] {2, 9, 0}, new byte[] {1, 9, 0})) {
      assertThatThrownBy(() -> EpisodeCodec.decode(bytes))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static byte[] encode(Episode episode) {
    return episode instanceof Episode.Open open
        ? EpisodeCodec.encode(open)
        : EpisodeCodec.encode((Episode.Pending) episode);
  }

  private static Evidence breach() {
    return Evidence.breach(AnomalyKind.ERROR_RATE, Severity.HIGH, 0.9, 4.5, 66.7, PEAK);
  }

  private static byte[] bytes(String name) {
    return HexResource.read(EpisodeCodecTest.class, "episode/" + name + ".hex");
  }
}
