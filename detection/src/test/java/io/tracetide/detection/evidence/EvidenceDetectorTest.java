package io.tracetide.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.detection.Direction;
import io.tracetide.detection.calibration.RecentEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EvidenceDetectorTest {
  private static final EvidenceSettings SETTINGS = EvidenceSettings.defaults();
  static final long SEED = 5;
  private static final int FAULTY = 7;
  private static final int USUAL = 700;
  private static final Predicate<String> ALL = series -> true;
  private static final Predicate<String> NEVER = series -> false;

  private final Streams streams = new Streams(20, 3);
  private final EvidenceDetector detector =
      new EvidenceDetector(SETTINGS, EvidenceJournal.NONE, SEED);

  private List<SeriesAssessment> assess(EvidenceDetector with, long window) {
    return with.assess(window, streams.next(), ALL, NEVER);
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
      found.add(detector.assess(w, samples, ALL, NEVER).get(FAULTY));
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
    assertThat(found.largest().band().observed()).isGreaterThan(found.largest().band().upper());
    assertThat(found.largest().windows()).isGreaterThan(1);
    assertThat(found.p95().observed()).isGreaterThan(found.p95().upper());
    assertThat(found.contributions()).extracting(Contribution::feature).hasSize(4);
  }

  @Test
  void shouldExplainMissingSpans() {
    SeriesAssessment found = last(fault(sample -> Streams.withCount(sample, 0.3)));

    assertThat(found.evidence()).isGreaterThan(1);
    assertThat(found.channel()).isEqualTo(EvidenceChannel.THROUGHPUT);
    assertThat(found.largest().direction()).isEqualTo(Direction.DOWN);
    assertThat(found.largest().band().observed()).isLessThan(found.largest().band().lower());
  }

  @Test
  void shouldExplainErrors() {
    SeriesAssessment found = last(fault(sample -> Streams.failing(sample, 0.3)));

    assertThat(found.evidence()).isGreaterThan(1);
    assertThat(found.channel()).isEqualTo(EvidenceChannel.ERRORS);
    assertThat(found.largest().band().observed()).isCloseTo(0.3, within(0.05));
    assertThat(found.largest().band().upper()).isLessThan(0.1);
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
      above += assess(detector, w).stream().filter(a -> a.evidence() > 1).count();
    }
    assertThat(above).as("of 24,000").isLessThan(5);
  }

  @Test
  void shouldNotBlameSingleSeriesForTheLoadOfTheTenant() {
    for (int w = 0; w < USUAL; w++) {
      assess(detector, w);
    }
    for (int w = USUAL; w < USUAL + 6; w++) {
      Map<String, WindowSample> samples = streams.next();
      samples.replaceAll((name, sample) -> Streams.withCount(sample, 0.3));
      assertThat(detector.assess(w, samples, ALL, NEVER)).allMatch(a -> a.evidence() <= 1);
    }
  }

  @Test
  void shouldHaveBandsFromTheTwentiethWindow() {
    for (int w = 0; w < 300; w++) {
      SeriesAssessment one = assess(detector, w).get(1);
      boolean banded = one.of(EvidenceChannel.LATENCY).band().isKnown();
      assertThat(banded).as("band in window %d", w).isEqualTo(w >= 20);
      assertThat(one.p95().isKnown()).isEqualTo(banded);
      assertThat(one.isWarmingUp()).as("warm-up in window %d", w).isEqualTo(w < 240);
      assertThat(one.warmUp()).isCloseTo(Math.min(1, w / 240.0), within(1e-9));
    }
  }

  @Test
  void shouldFindLargeFaultsDuringTheWarmUp() {
    for (int w = 0; w < 40; w++) {
      assertThat(assess(detector, w)).as("window %d", w).allMatch(a -> a.evidence() <= 1);
    }
    Map<String, WindowSample> samples = streams.next();
    samples.replaceAll(
        (name, sample) ->
            switch (Integer.parseInt(name.replaceAll("[^0-9]", ""))) {
              case 1 -> Streams.slower(sample, 9);
              case 2 -> Streams.withCount(sample, 0);
              case 3 -> Streams.failing(sample, 0.5);
              default -> sample;
            });
    List<SeriesAssessment> found = detector.assess(40, samples, ALL, NEVER);

    assertThat(found)
        .filteredOn(a -> a.evidence() > 1)
        .extracting(SeriesAssessment::channel)
        .containsExactly(
            EvidenceChannel.LATENCY, EvidenceChannel.THROUGHPUT, EvidenceChannel.ERRORS);
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
      found = detector.assess(w, samples, ALL, NEVER).get(FAULTY);
    }

    assertThat(found).isNotNull();
    assertThat(found.channel()).isEqualTo(EvidenceChannel.THROUGHPUT);
    assertThat(found.evidence()).isGreaterThan(1);
    assertThat(found.of(EvidenceChannel.LATENCY).band().observed()).isNaN();
  }

  @Test
  void shouldNotAssessASeriesWhoseWindowIsNotKnown() {
    for (int w = 0; w < USUAL; w++) {
      assess(detector, w);
    }
    Map<String, WindowSample> samples = streams.next();
    samples.remove(Streams.name(FAULTY));

    assertThat(detector.assess(USUAL, samples, NEVER, NEVER))
        .hasSize(19)
        .noneMatch(a -> a.series().equals(Streams.name(FAULTY)));
    assertThat(assess(detector, USUAL + 1)).hasSize(20).allMatch(a -> a.evidence() <= 1);
  }

  @Test
  void shouldAssessARecentWindowAgainWithoutLearningFromIt() {
    MemoryJournal journal = new MemoryJournal();
    EvidenceDetector revised = new EvidenceDetector(SETTINGS, journal, SEED);
    WindowSample usual = WindowSample.EMPTY;
    for (int w = 0; w < USUAL; w++) {
      Map<String, WindowSample> samples = streams.next();
      detector.assess(w, samples, ALL, NEVER);
      revised.assess(w, samples, ALL, NEVER);
      usual = samples.get(Streams.name(FAULTY));
    }
    String name = Streams.name(FAULTY);

    SeriesAssessment slow = revised.reassess(USUAL - 3, name, Streams.slower(usual, 4)).get();
    assertThat(slow.evidence()).isGreaterThan(1);
    assertThat(slow.channel()).isEqualTo(EvidenceChannel.LATENCY);
    assertThat(revised.reassess(USUAL - 3, name, WindowSample.EMPTY).get().channel())
        .isEqualTo(EvidenceChannel.THROUGHPUT);
    assertThat(revised.reassess(USUAL - 3, name, Streams.failing(usual, 0.5)).get().channel())
        .isEqualTo(EvidenceChannel.ERRORS);
    assertThat(revised.reassess(USUAL - 3, name, usual).get().evidence()).isLessThan(1);
    assertThat(revised.reassess(USUAL - 13, name, usual)).isEmpty();
    assertThat(revised.reassess(USUAL, name, usual)).isEmpty();
    assertThat(revised.reassess(USUAL - 3, "unknown", usual)).isEmpty();
    assertThat(journal.restore(SETTINGS).reassess(USUAL - 12, name, Streams.slower(usual, 4)))
        .isEqualTo(revised.reassess(USUAL - 12, name, Streams.slower(usual, 4)));
    for (int w = USUAL; w < USUAL + 100; w++) {
      Map<String, WindowSample> samples = streams.next();
      assertThat(revised.assess(w, samples, ALL, NEVER))
          .isEqualTo(detector.assess(w, samples, ALL, NEVER));
    }
  }

  @Test
  void shouldForgetSeriesThatEnded() {
    assess(detector, 0);
    for (int w = 1; w <= 1_440; w++) {
      Map<String, WindowSample> samples = streams.next();
      samples.remove(Streams.name(FAULTY));
      detector.assess(w, samples, ALL, NEVER);
    }

    assertThat(detector.seriesCount()).isEqualTo(19);
    assertThat(assess(detector, 1_500)).hasSize(20);
  }

  @Test
  void shouldRefuseAWindowThatIsNotLater() {
    assess(detector, 5);

    assertThatThrownBy(() -> detector.assess(5, Map.of(), ALL, NEVER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("window 5 is not later");
  }

  @Test
  void shouldNotDependOnTheOrderOfTheSamples() {
    EvidenceDetector other = new EvidenceDetector(SETTINGS, EvidenceJournal.NONE, SEED);
    for (int w = 0; w < 400; w++) {
      Map<String, WindowSample> samples = streams.next();
      Map<String, WindowSample> reversed = new LinkedHashMap<>();
      samples.keySet().stream()
          .sorted((a, b) -> b.compareTo(a))
          .forEach(name -> reversed.put(name, samples.get(name)));
      assertThat(other.assess(w, reversed, ALL, NEVER))
          .isEqualTo(detector.assess(w, samples, ALL, NEVER));
    }
  }

  @Test
  void shouldNotLearnFromFrozenSeries() {
    for (int w = 0; w < USUAL; w++) {
      assess(detector, w);
    }
    for (int w = USUAL; w < USUAL + 300; w++) {
      Map<String, WindowSample> samples = streams.next();
      samples.computeIfPresent(Streams.name(FAULTY), (name, s) -> Streams.slower(s, 2));
      SeriesAssessment found =
          detector.assess(w, samples, ALL, Streams.name(FAULTY)::equals).get(FAULTY);
      if (w > USUAL + 5) {
        assertThat(found.evidence()).as("window %d", w).isGreaterThan(1);
      }
    }
  }

  @Test
  void shouldContinueFromTheJournalAsIfNeverInterrupted() {
    MemoryJournal journal = new MemoryJournal();
    EvidenceDetector restored = new EvidenceDetector(SETTINGS, journal, SEED);
    Random random = new Random(11);
    Set<String> frozen = new TreeSet<>();
    long window = 0;
    for (int i = 0; i < 1_800; i++) {
      window += i == 500 ? 100 : i == 900 ? 1_000 : 1;
      Map<String, WindowSample> samples = streams.next();
      if (i % 200 > 190) {
        samples.computeIfPresent(Streams.name(2), (name, s) -> Streams.slower(s, 3));
        samples.computeIfPresent(Streams.name(3), (name, s) -> Streams.withCount(s, 0));
        samples.computeIfPresent(Streams.name(4), (name, s) -> Streams.failing(s, 0.2));
      }
      if (i > 250) {
        samples.remove(Streams.name(5)); // Forgotten in window 1,690.
      }
      if (i == 1_750) {
        samples.put(Streams.name(5), Streams.withCount(WindowSample.EMPTY, 0));
      }
      boolean partial = i / 10 % 7 == 3;
      if (partial) {
        samples.remove(Streams.name(6));
      }
      Predicate<String> silent = name -> !(partial && name.equals(Streams.name(6)));
      List<SeriesAssessment> expected = detector.assess(window, samples, silent, frozen::contains);
      assertThat(restored.assess(window, samples, silent, frozen::contains)).isEqualTo(expected);
      for (EvidenceChannel channel : EvidenceChannel.values()) {
        for (SeriesAssessment each : expected) {
          assertThat(Double.valueOf(restored.confidence(each.series(), channel)))
              .isEqualTo(Double.valueOf(detector.confidence(each.series(), channel)));
        }
      }
      frozen.clear();
      expected.stream().filter(a -> a.evidence() > 1).forEach(a -> frozen.add(a.series()));
      if (random.nextInt(20) == 0) {
        restored = journal.restore(SETTINGS);
        assertThat(restored.seriesCount()).isEqualTo(detector.seriesCount());
        assertThat(restored.lastWindow()).isEqualTo(window);
      }
    }
    assertThat(frozen).as("in the last fault").contains(Streams.name(3), Streams.name(4));
    assertThat(detector.seriesCount()).isEqualTo(20);
  }

  @Test
  void shouldCalibrateTheConfidenceOnItsOwnWindows() {
    String name = Streams.name(FAULTY);
    for (int w = 0; w < 2_400; w++) {
      assess(detector, w);
      if (w < 240) {
        assertThat(detector.confidence(name, EvidenceChannel.LATENCY)).isNaN();
      }
    }
    for (EvidenceChannel channel : EvidenceChannel.values()) {
      assertThat(detector.calibration(channel).calibratedSince()).isLessThan(2_400);
      assertThat(detector.calibration(channel).detectedShare()).isBetween(0.3, 1.0);
      assertThat(detector.confidence(name, channel)).as("without a deviation").isZero();
    }
    List<Double> confidence = new ArrayList<>();
    for (int w = 2_400; w < 2_406; w++) {
      Map<String, WindowSample> samples = streams.next();
      samples.computeIfPresent(name, (series, sample) -> Streams.slower(sample, 2));
      detector.assess(w, samples, ALL, name::equals);
      confidence.add(detector.confidence(name, EvidenceChannel.LATENCY));
    }
    assertThat(confidence.get(0)).as("after one window").isZero();
    assertThat(confidence.get(1)).as("after two windows").isBetween(0.3, 1.0);
    assertThat(confidence.get(5)).as("after six windows").isBetween(0.9, 1.0);
    assertThat(detector.confidence("unknown", EvidenceChannel.LATENCY)).isNaN();
  }

  @Test
  void shouldReadStatesOfEarlierBuilds() {
    int weeks = 2; // Two lists without deviations.
    int daily = weeks + 2 * (2 * 144 + 3 * 8 + 8 + 8);
    int recentEvidence = 3 * (RecentEvidence.WINDOWS * 4 + 4 + 4 + 4 + 4 + 8);
    for (int missing : new int[] {weeks, daily, daily + recentEvidence}) {
      MemoryJournal journal = new MemoryJournal();
      EvidenceDetector recorded = new EvidenceDetector(SETTINGS, journal, SEED);
      for (int w = 0; w < 400; w++) {
        assess(recorded, w);
      }
      journal.states.replaceAll((name, state) -> Arrays.copyOf(state, state.length - missing));

      assertThat(assess(journal.restore(SETTINGS), 400)).hasSize(20);
    }
  }

  @Test
  void shouldKeepTheStateOfASeriesSmall() {
    MemoryJournal journal = new MemoryJournal();
    EvidenceDetector recorded = new EvidenceDetector(SETTINGS, journal, SEED);
    for (int w = 0; w < 1_500; w++) {
      assess(recorded, w);
    }

    assertThat(journal.states).hasSize(20);
    assertThat(journal.states.values()).allMatch(state -> state.length < 23 * 1_024);
  }

  @Test
  void shouldRefuseBytesThatAreNoState() {
    assertThatThrownBy(() -> detector.restoreState("a", new byte[] {99, 2}))
        .hasMessageContaining("format 99");
    assertThatThrownBy(() -> detector.restoreState("a", new byte[] {1, 2}))
        .hasMessageContaining("cut off or damaged");
  }

  @Test
  void shouldRefuseSamplesThatCannotBe() {
    assertThatThrownBy(() -> new WindowSample(3, 4, 1, 1, 1, 1, 1)).hasMessageContaining("4 of 3");
    assertThatThrownBy(() -> new WindowSample(3, 0, 1, Double.NaN, 1, 1, 1))
        .hasMessageContaining("p50");
  }
}
