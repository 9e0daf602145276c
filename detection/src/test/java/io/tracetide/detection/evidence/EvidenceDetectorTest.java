package io.tracetide.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EvidenceDetectorTest {
  private static final EvidenceSettings SETTINGS = EvidenceSettings.defaults();
  private static final int FAULTY = 7;
  private static final int USUAL = 700;

  private final Streams streams = new Streams(20, 3);
  private final EvidenceDetector detector = new EvidenceDetector(SETTINGS);

  private List<SeriesAssessment> assess(EvidenceDetector with, long window) {
    return with.assess(window, streams.next());
  }

  /** Assessments of the faulty series in six windows after a usual history. */
  private List<SeriesAssessment> fault(UnaryOperator<WindowSample> change) {
    for (int w = 0; w < USUAL; w++) {
      assess(detector, w);
    }
    List<SeriesAssessment> found = new ArrayList<>();
    for (int w = USUAL; w < USUAL + 6; w++) {
      Map<String, WindowSample> samples = streams.next();
      samples.computeIfPresent(Streams.name(FAULTY), (name, sample) -> change.apply(sample));
      found.add(detector.assess(w, samples).get(FAULTY));
    }
    return found;
  }

  private static SeriesAssessment last(List<SeriesAssessment> assessments) {
    return assessments.get(assessments.size() - 1);
  }

  @Test
  void shouldExplainSlowerSpans() {
    SeriesAssessment found = last(fault(sample -> Streams.slower(sample, 2)));

    assertThat(found.evidence()).isGreaterThan(1);
    assertThat(found.channel()).isEqualTo(EvidenceChannel.LATENCY);
    assertThat(found.largest().direction()).isEqualTo(Direction.UP);
    assertThat(found.largest().observed()).isGreaterThan(found.largest().upper());
    assertThat(found.largest().windows()).isGreaterThan(1);
    assertThat(found.episode()).hasValueSatisfying(e -> assertThat(e.open()).isTrue());
    assertThat(found.contributions()).extracting(Contribution::feature).hasSize(4);
  }

  @Test
  void shouldExplainMissingSpans() {
    SeriesAssessment found = last(fault(sample -> Streams.withCount(sample, 0.3)));

    assertThat(found.evidence()).isGreaterThan(1);
    assertThat(found.channel()).isEqualTo(EvidenceChannel.THROUGHPUT);
    assertThat(found.largest().direction()).isEqualTo(Direction.DOWN);
    assertThat(found.largest().observed()).isLessThan(found.largest().lower());
  }

  @Test
  void shouldExplainErrors() {
    SeriesAssessment found = last(fault(sample -> Streams.failing(sample, 0.3)));

    assertThat(found.evidence()).isGreaterThan(1);
    assertThat(found.channel()).isEqualTo(EvidenceChannel.ERRORS);
    assertThat(found.largest().observed()).isCloseTo(0.3, within(0.05));
    assertThat(found.largest().upper()).isLessThan(0.1);
  }

  @Test
  void shouldDivideTheEvidenceIntoContributions() {
    for (SeriesAssessment found : fault(sample -> Streams.slower(sample, 1.5))) {
      assertThat(found.contributions().stream().mapToDouble(Contribution::value).sum())
          .isCloseTo(found.evidence(), within(1e-9));
      assertThat(found.evidence()).isEqualTo(found.largest().ratio());
    }
  }

  @Test
  void shouldFindNothingInUsualWindows() {
    long above = 0;
    for (int w = 0; w < 1_200; w++) {
      above += assess(detector, w).stream().filter(a -> a.episode().isPresent()).count();
    }
    assertThat(above).isZero();
  }

  @Test
  void shouldNotBlameSingleSeriesForTheLoadOfTheTenant() {
    for (int w = 0; w < USUAL; w++) {
      assess(detector, w);
    }
    for (int w = USUAL; w < USUAL + 6; w++) {
      Map<String, WindowSample> samples = streams.next();
      samples.replaceAll((name, sample) -> Streams.withCount(sample, 0.3));
      assertThat(detector.assess(w, samples)).allMatch(a -> a.episode().isEmpty());
    }
  }

  @Test
  void shouldHaveBandsFromTheTwentiethWindowAndEvidenceAfterTheWarmUp() {
    for (int w = 0; w < 300; w++) {
      Map<String, WindowSample> samples = streams.next();
      if (w > 200 && w % 50 < 3) {
        samples.replaceAll((n, s) -> n.equals(Streams.name(1)) ? Streams.slower(s, 9) : s);
      }
      SeriesAssessment one = detector.assess(w, samples).get(1);
      boolean banded = one.of(EvidenceChannel.LATENCY).upper() < Double.POSITIVE_INFINITY;
      assertThat(banded).as("band in window %d", w).isEqualTo(w >= 20);
      assertThat(one.isWarmingUp()).as("warm-up in window %d", w).isEqualTo(w < 240);
      assertThat(one.warmUp()).isCloseTo(Math.min(1, w / 240.0), within(1e-9));
      if (w < 240) {
        assertThat(one.evidence()).isZero();
      }
    }
  }

  @Test
  void shouldTakeAMissingSeriesForOneWithoutSpans() {
    for (int w = 0; w < USUAL; w++) {
      assess(detector, w);
    }
    SeriesAssessment found = null;
    for (int w = USUAL; w < USUAL + 3; w++) {
      Map<String, WindowSample> samples = streams.next();
      samples.remove(Streams.name(FAULTY));
      found = detector.assess(w, samples).get(FAULTY);
    }

    assertThat(found).isNotNull();
    assertThat(found.channel()).isEqualTo(EvidenceChannel.THROUGHPUT);
    assertThat(found.evidence()).isGreaterThan(1);
    assertThat(found.of(EvidenceChannel.LATENCY).observed()).isNaN();
  }

  @Test
  void shouldForgetSeriesThatEnded() {
    assess(detector, 0);
    for (int w = 1; w <= 1_440; w++) {
      Map<String, WindowSample> samples = streams.next();
      samples.remove(Streams.name(FAULTY));
      detector.assess(w, samples);
    }

    assertThat(detector.seriesCount()).isEqualTo(19);
    assertThat(assess(detector, 1_500)).hasSize(20);
  }

  @Test
  void shouldRefuseAWindowThatIsNotLater() {
    assess(detector, 5);

    assertThatThrownBy(() -> detector.assess(5, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("window 5 is not later");
  }

  @Test
  void shouldNotDependOnTheOrderOfTheSamples() {
    EvidenceDetector other = new EvidenceDetector(SETTINGS);
    for (int w = 0; w < 400; w++) {
      Map<String, WindowSample> samples = streams.next();
      Map<String, WindowSample> reversed = new LinkedHashMap<>();
      samples.keySet().stream()
          .sorted((a, b) -> b.compareTo(a))
          .forEach(name -> reversed.put(name, samples.get(name)));
      assertThat(other.assess(w, reversed)).isEqualTo(detector.assess(w, samples));
    }
    assertThat(other.save()).isEqualTo(detector.save());
  }

  @Test
  void shouldContinueFromASavedStateAsIfNeverInterrupted() {
    EvidenceDetector restored = new EvidenceDetector(SETTINGS);
    Random random = new Random(11);
    for (int w = 0; w < 1_100; w++) {
      Map<String, WindowSample> samples = streams.next();
      if (w % 200 > 190) {
        samples.computeIfPresent(Streams.name(2), (name, s) -> Streams.slower(s, 3));
        samples.computeIfPresent(Streams.name(3), (name, s) -> Streams.withCount(s, 0));
        samples.computeIfPresent(Streams.name(4), (name, s) -> Streams.failing(s, 0.2));
      }
      assertThat(restored.assess(w, samples)).isEqualTo(detector.assess(w, samples));
      if (random.nextInt(20) == 0) {
        byte[] saved = restored.save();
        restored = EvidenceDetector.restore(SETTINGS, saved);
        assertThat(restored.save()).isEqualTo(saved);
      }
    }
    assertThat(restored.save()).isEqualTo(detector.save());
  }

  @Test
  void shouldKeepTheStateOfASeriesSmall() {
    for (int w = 0; w < 1_500; w++) {
      assess(detector, w);
    }

    assertThat(detector.save().length / 20).isLessThan(22 * 1_024);
  }

  @Test
  void shouldRefuseBytesThatAreNoState() {
    byte[] saved = detector.save();
    byte[] other = saved.clone();
    other[0] = 99;

    assertThatThrownBy(() -> EvidenceDetector.restore(SETTINGS, other))
        .hasMessageContaining("format 99");
    assertThatThrownBy(() -> EvidenceDetector.restore(SETTINGS, new byte[] {1, 2}))
        .hasMessageContaining("cut off or damaged");
  }

  @Test
  void shouldRefuseSamplesThatCannotBe() {
    assertThatThrownBy(() -> new WindowSample(3, 4, 1, 1, 1, 1, 1)).hasMessageContaining("4 of 3");
    assertThatThrownBy(() -> new WindowSample(3, 0, 1, Double.NaN, 1, 1, 1))
        .hasMessageContaining("p50");
  }
}
