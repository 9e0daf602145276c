package io.tracetide.processor.detection.silence;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.anomaly.stored.EpisodeCodec;
import io.tracetide.processor.detection.silence.SilenceDetector.Seen;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class SilenceDetectorTest {

  private static final long WINDOW_MS = 10_000;
  private static final long FIRST = 170_000_000;
  private static final int FAULT = 300;
  private static final IntUnaryOperator STEADY = w -> 50 + w % 7;

  private final Map<String, byte[]> saved = new TreeMap<>();
  private final MemoryOutput output = new MemoryOutput();
  private SilenceDetector detector = create();
  private Predicate<String> known = service -> true;

  @Test
  void shouldReportAServiceThatStopsAndResolveItWhenItSendsAgain() {
    run(600, Set.of(), Map.of("shop", STEADY, "stock", w -> isFault(w) ? 0 : STEADY.applyAsInt(w)));

    List<Finding> found = output.findings();
    Finding opened = found.get(0);
    assertThat(opened.change()).isInstanceOf(Change.Opened.class);
    assertThat(opened.series().service()).isEqualTo("stock");
    assertThat(opened.series().operation()).isEqualTo("*");
    assertThat(opened.change().episode().kind()).isEqualTo(AnomalyKind.NO_DATA);
    assertThat(opened.change().episode().severity()).isEqualTo(Severity.CRITICAL);
    assertThat(opened.endMs()).isEqualTo((FIRST + FAULT + 2) * WINDOW_MS);
    assertThat(opened.observed()).containsEntry("silent_seconds", 20.0);
    Finding last = found.get(found.size() - 1);
    assertThat(last.change()).isInstanceOf(Change.Resolved.class);
    assertThat(last.endMs()).isEqualTo((FIRST + FAULT + 31) * WINDOW_MS);
    assertThat(last.summary()).isEqualTo("stock sends spans again, after 5 min");
    assertThat(found).extracting(Finding::anomalyId).containsOnly(opened.anomalyId());
  }

  @Test
  void shouldReportTheSameWhereverItIsRestored() {
    Map<String, IntUnaryOperator> services =
        Map.of("shop", STEADY, "stock", w -> isFault(w) ? 0 : STEADY.applyAsInt(w));
    run(600, Set.of(), services);
    List<Finding> uninterrupted = List.copyOf(output.findings());

    SilenceDetectorTest other = new SilenceDetectorTest();
    other.run(600, Set.of(1, 200, FAULT, FAULT + 1, FAULT + 2, FAULT + 9, FAULT + 30), services);
    assertThat(other.output.findings()).isEqualTo(uninterrupted);
    assertThat(other.saved.keySet()).isEqualTo(saved.keySet());
    saved.forEach((service, row) -> assertThat(other.saved.get(service)).isEqualTo(row));
  }

  /** When old spans are read, windows close before all inputs have sent theirs. */
  @Test
  void shouldNotTakeAPauseAtTheBeginningAsUsual() {
    run(
        FAULT + 3,
        Set.of(),
        Map.of(
            "shop",
            STEADY,
            "stock",
            w -> isFault(w) || w >= 2 && w < 12 ? 0 : STEADY.applyAsInt(w)));

    assertThat(output.findings()).hasSize(1);
    assertThat(output.findings().get(0).endMs()).isEqualTo((FIRST + FAULT + 2) * WINDOW_MS);
  }

  @Test
  void shouldNotTakeAPauseAsUsualThatLateSpansFill() {
    run(FAULT, Set.of(), Map.of("shop", STEADY, "stock", w -> w == 100 ? 0 : STEADY.applyAsInt(w)));
    detector.revise("stock", FIRST + 100, 50);

    for (int w = FAULT; w < FAULT + 3; w++) {
      detector.observe(FIRST + w, Map.of("shop", new Seen(50, 0)), known);
    }
    assertThat(output.findings()).hasSize(1);
    assertThat(output.findings().get(0).series().service()).isEqualTo("stock");
  }

  /** Two days of services that are sparse, come in bursts, or pause at night. */
  @Test
  void shouldReportNoIrregularService() {
    Map<String, IntUnaryOperator> services = new HashMap<>();
    services.put("shop", STEADY);
    for (int i = 0; i < 10; i++) {
      int seed = i;
      double rate = 0.05 * Math.pow(2, i);
      services.put("sparse-" + i, w -> poisson(rate, w, seed));
      services.put("every-" + (i + 2), w -> w % (seed + 2) == 0 ? 100 : 0);
      services.put("bursts-" + i, w -> random(w / 6, seed).nextInt(4) == 0 ? 40 : 0);
    }
    run(2 * 8_640, Set.of(), services);

    assertThat(output.findings()).extracting(Finding::summary).isEmpty();
  }

  @Test
  void shouldFindASparseServiceThatStopsWhenEnoughSpansAreMissing() {
    run(
        FAULT + 200,
        Set.of(),
        Map.of("shop", STEADY, "sparse", w -> w < FAULT ? poisson(1, w, 3) : 0));

    Finding opened = output.findings().get(0);
    long silent = opened.endMs() / WINDOW_MS - FIRST - FAULT;
    assertThat(silent).isBetween(10L, 40L);
  }

  @Test
  void shouldReportTheTenantOnceWhenAllServicesStop() {
    Map<String, IntUnaryOperator> services = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      int last = i % 2;
      services.put("service-" + i, w -> w >= FAULT + last && w < FAULT + 30 ? 0 : 20);
    }
    run(FAULT + 60, Set.of(FAULT + 5), services);

    List<Finding> found = output.findings();
    assertThat(found).extracting(finding -> finding.series().service()).containsOnly("*");
    assertThat(found.get(0).summary())
        .startsWith("all 5 services of the tenant have sent no spans");
    assertThat(found.get(0).endMs()).isEqualTo((FIRST + FAULT + 1 + 6) * WINDOW_MS);
    assertThat(found.get(found.size() - 1).change()).isInstanceOf(Change.Resolved.class);
    assertThat(found)
        .extracting(Finding::anomalyId)
        .hasSize(found.size())
        .containsOnly(found.get(0).anomalyId());
  }

  @Test
  void shouldJudgeTheOnlyServiceOfATenantLaterThanOneOfMany() {
    run(FAULT + 20, Set.of(), Map.of("only", w -> w < FAULT ? 20 : 0));

    assertThat(output.findings().get(0).series().service()).isEqualTo("only");
    assertThat(output.findings().get(0).endMs()).isEqualTo((FIRST + FAULT + 6) * WINDOW_MS);
  }

  @Test
  void shouldNotTakeWindowsThatAreNotKnownForSilence() {
    known = service -> !service.equals("stock");
    run(FAULT + 100, Set.of(), Map.of("shop", STEADY, "stock", w -> w < FAULT ? 20 : 0));

    assertThat(output.findings()).isEmpty();
  }

  @Test
  void shouldResolveWhenLateSpansShowThatThereWasNoSilence() {
    run(FAULT + 3, Set.of(), Map.of("shop", STEADY, "stock", w -> w < FAULT ? 20 : 0));
    assertThat(output.findings()).hasSize(1);
    assertThat(detector.isSilent("stock")).isTrue();

    detector.revise("stock", FIRST + FAULT + 2, 20);

    assertThat(output.findings()).hasSize(2);
    assertThat(output.findings().get(1).change()).isInstanceOf(Change.Resolved.class);
    assertThat(detector.isSilent("stock")).isFalse();
  }

  @Test
  void shouldNotReportAServiceThatIsHardlyKnown() {
    run(200, Set.of(), Map.of("shop", STEADY, "job", w -> w >= 50 && w < 80 ? 500 : 0));

    assertThat(output.findings()).isEmpty();
  }

  @Test
  void shouldNotReportAPauseThatHasBecomeUsual() {
    // Two stops of ten minutes are reported, the third one is usual.
    run(1_400, Set.of(), Map.of("shop", STEADY, "job", w -> w % 400 < 340 ? 20 : 0));

    assertThat(output.findings().stream().filter(f -> f.change() instanceof Change.Opened).count())
        .isEqualTo(2);
  }

  @Test
  void shouldEndItsAnomaliesWhenItIsSwitchedOff() {
    run(FAULT + 3, Set.of(), Map.of("shop", STEADY, "stock", w -> w < FAULT ? 20 : 0));

    detector.switchOff((FIRST + FAULT + 4) * WINDOW_MS);

    assertThat(output.findings().get(1).summary()).contains("switched off");
    assertThat(output.episodes()).isEmpty();
  }

  private static boolean isFault(int w) {
    return w >= FAULT && w < FAULT + 30;
  }

  private static int poisson(double rate, int w, int seed) {
    SplittableRandom random = random(w, seed);
    int count = 0;
    double product = random.nextDouble();
    while (product > Math.exp(-rate)) {
      count++;
      product *= random.nextDouble();
    }
    return count;
  }

  private static SplittableRandom random(int w, int seed) {
    return new SplittableRandom(1_000_003L * seed + w);
  }

  private void run(int windows, Set<Integer> restores, Map<String, IntUnaryOperator> services) {
    for (int w = 0; w < windows; w++) {
      if (restores.contains(w)) {
        restore();
      }
      Map<String, Seen> seen = new HashMap<>();
      for (Map.Entry<String, IntUnaryOperator> service : services.entrySet()) {
        int spans = service.getValue().applyAsInt(w);
        if (spans > 0) {
          seen.put(service.getKey(), new Seen(spans, 0));
        }
      }
      detector.observe(FIRST + w, seen, known);
    }
  }

  private void restore() {
    detector = create();
    Map.copyOf(saved).forEach(detector::restore);
    output
        .episodes()
        .forEach(
            (subject, bytes) -> {
              Episode episode = EpisodeCodec.decode(bytes);
              detector.restoreEpisode(subject.series().service(), episode);
            });
  }

  private SilenceDetector create() {
    return new SilenceDetector(
        "acme",
        SilenceConfig.defaults(),
        WINDOW_MS,
        6,
        new SilenceDetector.Storage() {
          @Override
          public void put(String service, byte[] state) {
            saved.put(service, state);
          }

          @Override
          public void delete(String service) {
            saved.remove(service);
          }
        },
        output);
  }
}
