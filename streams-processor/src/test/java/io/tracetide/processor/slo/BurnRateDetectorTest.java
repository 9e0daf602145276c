package io.tracetide.processor.slo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BurnRateDetectorTest {

  private static final SeriesId CHECKOUT = SeriesId.ofOperation("acme", "checkout", "*");
  private static final SeriesId PAY = SeriesId.ofOperation("acme", "checkout", "POST /pay");

  /** A full hour. */
  private static final long START_MS = 29_000_040 * 60_000L;

  private static final SloConfig AVAILABLE = SloConfig.of(ObjectiveConfig.of("available", 99.9));

  private final Minutes minutes = new Minutes(AVAILABLE);

  @Test
  void shouldPageForAnOutageAndResolveWhenTheShortWindowIsClean() {
    minutes.each(1_440, 100, 0);
    minutes.each(10, 100, 50);
    minutes.each(60, 100, 0);

    assertThat(minutes.changes())
        .containsExactly(
            "1443 Opened available-1h-5m CRITICAL", "1459 Resolved available-1h-5m CRITICAL");
    Finding opened = minutes.findings().get(0);
    assertThat(opened.detector()).isEqualTo(Detector.BURN_RATE);
    assertThat(opened.change().episode().kind()).isEqualTo(AnomalyKind.ERROR_RATE);
    assertThat(opened.observed()).containsOnlyKeys("burn_rate_1h", "burn_rate_5m");
    assertThat(opened.expected())
        .containsEntry("burn_rate_1h", 14.4)
        .containsEntry("burn_rate_5m", 14.4);
    assertThat(opened.summary())
        .isEqualTo(
            "the error budget of checkout burns at 25 times the allowed rate over 1 h and at 300"
                + " times over 5 min; the limit is 14.4 times (objective available: 99.9 % of spans"
                + " without errors in 30 d)");
    assertThat(opened.change().episode().height().peak().exemplars().getError())
        .isEqualTo("failed");
    assertThat(minutes.findings().get(minutes.findings().size() - 1).summary())
        .startsWith(
            "the error budget of checkout no longer burns at more than 14.4 times the allowed rate;"
                + " it did for 16 min, and reached 83.3 times over 1 h (objective available");
  }

  @Test
  void shouldNotOpenForASingleErrorOfAQuietService() {
    for (int minute = 0; minute < 3 * 1_440; minute++) {
      boolean error = minute == 2_000;
      minutes.minute(minute % 10 == 0 || error ? 1 : 0, error ? 1 : 0);
    }

    assertThat(minutes.findings()).isEmpty();
  }

  /** One error a day in 144 spans is seven times the allowed share: a ticket, no page. */
  @Test
  void shouldNotPageForAnErrorADayOfAQuietService() {
    for (int minute = 0; minute < 5 * 1_440; minute++) {
      boolean error = minute % 1_440 == 700;
      minutes.minute(minute % 10 == 0 || error ? 1 : 0, error ? 1 : 0);
    }

    assertThat(minutes.changes()).isNotEmpty().noneMatch(text -> text.contains("CRITICAL"));
  }

  @Test
  void shouldNotPageForTheFirstErrorOfANewService() {
    minutes.minute(1, 1);
    minutes.each(30, 1, 0);
    minutes.each(30, 10, 0);

    assertThat(minutes.findings()).isEmpty();
  }

  @Test
  void shouldOpenATicketForASlowBurnOnly() {
    minutes.each(3 * 1_440, 200, 0);
    minutes.each(600, 1_000, 5);

    assertThat(minutes.changes())
        .singleElement()
        .asString()
        .endsWith("Opened available-3d-6h MEDIUM");
  }

  /** The long windows still contain the outage, but errors have ended. */
  @Test
  void shouldOpenOneAnomalyForOneOutage() {
    minutes.each(1_440, 100, 0);
    minutes.each(20, 100, 80);
    minutes.each(1_440, 100, 0);

    assertThat(minutes.changes())
        .extracting(text -> text.replaceFirst("\\d+ ", ""))
        .containsExactly("Opened available-1h-5m CRITICAL", "Resolved available-1h-5m CRITICAL");
  }

  @Test
  void shouldOpenATicketWhenErrorsContinueAfterAPage() {
    minutes.each(1_440, 100, 0);
    minutes.each(20, 100, 80);
    minutes.each(400, 1_000, 4);

    assertThat(minutes.changes())
        .extracting(text -> text.replaceFirst("\\d+ ", ""))
        .containsSubsequence(
            "Opened available-1h-5m CRITICAL",
            "Resolved available-1h-5m CRITICAL",
            "Opened available-1d-2h MEDIUM");
    assertThat(minutes.changes()).noneMatch(text -> text.contains("available-6h-30m"));
  }

  @Test
  void shouldKeepATicketOpenWhenAPageFollows() {
    minutes.each(3 * 1_440, 200, 0);
    minutes.each(600, 1_000, 5);
    minutes.each(15, 1_000, 500);

    assertThat(minutes.changes())
        .extracting(text -> text.replaceFirst("\\d+ ", ""))
        .containsExactly("Opened available-3d-6h MEDIUM", "Opened available-6h-30m CRITICAL");
  }

  @Test
  void shouldTakeSlowSpansAsBad() {
    Minutes slow =
        new Minutes(
            SloConfig.of(
                ObjectiveConfig.of("fast", 99)
                    .withSlowerThan(Duration.ofMillis(300))
                    .on("acme", "check*", "POST ?*")));
    for (int minute = 0; minute < 1_460; minute++) {
      WindowStats stats = new WindowStats();
      for (int i = 0; i < 100; i++) {
        stats.record(1_000 * (minute >= 1_440 && i < 90 ? 320 : 280), 1, false);
      }
      slow.observe(PAY, stats);
      slow.observe(CHECKOUT, stats);
      slow.close();
    }

    assertThat(slow.changes()).containsExactly("1451 Opened fast-1h-5m CRITICAL");
    Finding opened = slow.findings().get(0);
    assertThat(opened.series()).isEqualTo(PAY);
    assertThat(opened.change().episode().kind()).isEqualTo(AnomalyKind.LATENCY);
    assertThat(opened.summary()).endsWith("(objective fast: 99 % of spans within 300 ms in 30 d)");
  }

  @Test
  void shouldNotApplyToServicesThatAreInEveryPartition() {
    BurnRateDetector detector = new BurnRateDetector(AVAILABLE);

    assertThat(
            detector.watches(SeriesId.ofOperation("acme", SeriesId.OTHER, "*"), WindowTier.MINUTE))
        .isFalse();
    assertThat(detector.watches(CHECKOUT, WindowTier.MINUTE)).isTrue();
    assertThat(detector.watches(CHECKOUT, WindowTier.HOUR)).isFalse();
    assertThat(detector.watches(PAY, WindowTier.MINUTE)).isFalse();
  }

  @Test
  void shouldIgnoreSeriesAboveItsMaximum() {
    BurnRateDetector detector =
        new BurnRateDetector(
            new SloConfig(List.of(ObjectiveConfig.of("a", 99).on("*", "*", "?*")), 15, 2));
    TierWindow window = new TierWindow(WindowTier.MINUTE, START_MS);
    List<Boolean> watched = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      watched.add(detector.observe(SeriesId.ofOperation("t", "s", "op" + i), window, stats(5, 0)));
    }

    assertThat(watched).containsExactly(true, true, false);
    assertThat(detector.observe(SeriesId.ofOperation("t", "s", "op1"), window, stats(5, 0)))
        .isTrue();
  }

  @Test
  void shouldForgetASeriesWithoutSpansForThreeDays() {
    minutes.each(10, 100, 0);
    assertThat(minutes.output.states()).isNotEmpty();

    minutes.each(73 * 60, 0, 0);

    assertThat(minutes.output.states()).isEmpty();
    assertThat(minutes.output.episodes()).isEmpty();
  }

  @Test
  void shouldResolveAnAnomalyWhoseObjectiveWasRemoved() {
    minutes.each(1_440, 100, 0);
    minutes.each(5, 100, 90);

    minutes.restart(SloConfig.defaults());
    minutes.baseWindow();

    assertThat(minutes.changes()).hasSize(2).last().asString().contains(" Resolved available-1h");
    assertThat(minutes.output.states()).isEmpty();
    assertThat(minutes.output.episodes()).isEmpty();
  }

  @Test
  void shouldDropCountsOfAnotherThreshold() {
    Minutes slow = new Minutes(objectiveOf(100));
    slow.each(60, 100, 0);
    slow.restart(objectiveOf(1));
    slow.each(4, 100, 0);
    slow.restart(objectiveOf(100));
    slow.each(10, 100, 0);

    assertThat(slow.changes())
        .containsExactly("61 Opened fast-1h-5m CRITICAL", "69 Resolved fast-1h-5m CRITICAL");
  }

  private static SloConfig objectiveOf(double millis) {
    return SloConfig.of(
        ObjectiveConfig.of("fast", 99).withSlowerThan(Duration.ofNanos((long) (millis * 1e6))));
  }

  /** Spans of this service arrive after their minute has closed. */
  @Test
  void shouldReadTheMinutesOfALateServiceAgain() {
    Late late = new Late(2);
    BurnRateDetector detector = new BurnRateDetector(AVAILABLE);
    MemoryOutput output = new MemoryOutput();
    for (int minute = 0; minute < 20; minute++) {
      long startMs = START_MS + minute * 60_000;
      late.stored.put(startMs - 120_000, stats(100, minute > 10 ? 90 : 0));
      TierWindow base = new TierWindow(WindowTier.BASE, startMs - 120_000);
      detector.revise(CHECKOUT, base, stats(10, 0));
      detector.revisionsComplete(new TierWindow(WindowTier.BASE, startMs), late, output);
      if (minute == 5) {
        detector = output.restored(new BurnRateDetector(AVAILABLE));
      }
      detector.complete(new TierWindow(WindowTier.MINUTE, startMs), late, output);
    }

    assertThat(output.findings())
        .first()
        .satisfies(
            finding -> {
              assertThat(finding.change()).isInstanceOf(Change.Opened.class);
              assertThat(finding.startMs()).isEqualTo(START_MS + 11 * 60_000);
            });
  }

  private record Late(int lateness, Map<Long, WindowStats> stored) implements RecentWindows {

    Late(int lateness) {
      this(lateness, new HashMap<>());
    }

    @Override
    public int lateness(SeriesId series) {
      return lateness;
    }

    @Override
    public WindowStats stats(SeriesId series, long startMs) {
      return stored.get(startMs);
    }
  }

  private static WindowStats stats(int spans, int failed) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < spans; i++) {
      stats.record(2_000, 1, i < failed);
      byte[] trace = (i < failed ? "failed" : "done").getBytes(UTF_8);
      stats.offerExemplar(2_000, i < failed, trace, 0, trace.length);
    }
    return stats;
  }

  /** A detector that is fed minute by minute. */
  private static final class Minutes {

    private final MemoryOutput output = new MemoryOutput();
    private BurnRateDetector detector;
    private int minute;

    Minutes(SloConfig config) {
      detector = new BurnRateDetector(config);
    }

    void restart(SloConfig config) {
      detector = output.restored(new BurnRateDetector(config));
    }

    void each(int count, int spans, int failed) {
      for (int i = 0; i < count; i++) {
        minute(spans, failed);
      }
    }

    void minute(int spans, int failed) {
      if (spans > 0) {
        observe(CHECKOUT, stats(spans, failed));
      }
      close();
    }

    void observe(SeriesId series, WindowStats stats) {
      if (detector.watches(series, WindowTier.MINUTE)) {
        detector.observe(series, window(), stats);
      }
    }

    void close() {
      detector.complete(window(), RecentWindows.NONE, output);
      minute++;
    }

    void baseWindow() {
      TierWindow base = new TierWindow(WindowTier.BASE, START_MS + minute * 60_000L);
      detector.complete(base, RecentWindows.NONE, output);
    }

    private TierWindow window() {
      return new TierWindow(WindowTier.MINUTE, START_MS + minute * 60_000L);
    }

    List<Finding> findings() {
      return output.findings();
    }

    /** Opened and resolved anomalies, with the number of minutes that have passed. */
    List<String> changes() {
      return output.findings().stream()
          .filter(finding -> !(finding.change() instanceof Change.Updated))
          .map(
              finding -> {
                Severity severity = finding.change().episode().severity();
                return "%d %s %s %s"
                    .formatted(
                        (finding.endMs() - START_MS) / 60_000,
                        finding.change().getClass().getSimpleName(),
                        finding.rule(),
                        severity);
              })
          .toList();
    }
  }
}
