package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** What a learned detector over the windows of operations must find, and leave alone. */
abstract class LearnedDetectorContractTest {

  static final long WINDOW_MS = 10_000;
  static final long START_MS = 1_700_000_000_000L;
  static final SeriesId PAY = SeriesId.ofOperation("acme", "checkout", "POST /pay");

  /** A detector that can be restored from what it saved. */
  interface Watch {
    void observe(SeriesId series, WindowFeatures features);

    /** Closes a window and returns the findings. */
    List<Finding> complete(long startMs);

    void crash();
  }

  abstract Watch watch();

  @Test
  void shouldOpenOneLatencyAnomalyWhenLatencyStepsUpAndResolveItAfterwards() {
    Traffic traffic = new Traffic(1, 100, 95, 0.004);

    List<Finding> findings =
        run(watch(), 400, w -> within(w, 300, 330) ? traffic.window(1, 3, 0.004) : traffic.usual());

    assertThat(findings).first().satisfies(f -> opened(f, AnomalyKind.LATENCY, 300, 303));
    assertThat(findings).last().satisfies(f -> resolved(f, 330, 335));
    assertThat(openedIn(findings)).isEqualTo(1);
    assertThat(findings.get(0).summary())
        .startsWith("p95 latency of checkout POST /pay rose to ")
        .contains(" ms, expected about ")
        .contains("/s with ");
  }

  @Test
  void shouldOpenOneErrorAnomalyWhenErrorsBurst() {
    Traffic traffic = new Traffic(2, 100, 95, 0.004);

    List<Finding> findings =
        run(watch(), 400, w -> within(w, 300, 320) ? traffic.window(1, 1, 0.3) : traffic.usual());

    assertThat(findings).first().satisfies(f -> opened(f, AnomalyKind.ERROR_RATE, 300, 303));
    assertThat(openedIn(findings)).isEqualTo(1);
  }

  @Test
  void shouldKeepOneThroughputAnomalyOpenWhileThereAreNoSpans() {
    Traffic traffic = new Traffic(3, 60, 95, 0.004);

    List<Finding> findings =
        run(watch(), 700, w -> within(w, 300, 600) ? WindowFeatures.SILENT : traffic.usual());

    assertThat(findings).first().satisfies(f -> opened(f, AnomalyKind.THROUGHPUT, 300, 303));
    assertThat(findings).last().satisfies(f -> resolved(f, 600, 605));
    assertThat(openedIn(findings)).isEqualTo(1);
  }

  @Test
  void shouldResolveWhatIsOpenWhenASeriesIsForgotten() {
    Traffic traffic = new Traffic(4, 60, 95, 0.004);

    List<Finding> findings =
        run(watch(), 700, w -> w >= 300 ? WindowFeatures.SILENT : traffic.usual());

    assertThat(findings).last().satisfies(f -> resolved(f, 658, 661));
    assertThat(findings.get(findings.size() - 1).summary()).contains("no longer watched");
    assertThat(openedIn(findings)).isEqualTo(1);
  }

  @Test
  void shouldStayQuietOnSlowNoise() {
    int series = 20;
    int windows = 600;
    List<Traffic> traffic = new ArrayList<>();
    for (int i = 0; i < series; i++) {
      traffic.add(new Traffic(100 + i, 5 * (i + 1), 20 + 10 * i, 0.002 * (i % 4)));
    }
    Watch watch = watch();
    int opened = 0;
    for (int w = 0; w < windows; w++) {
      double slowly = 1 + 0.25 * Math.sin(2 * Math.PI * w / 400);
      for (int i = 0; i < series; i++) {
        watch.observe(
            SeriesId.ofOperation("acme", "s" + i % 3, "op" + i),
            traffic.get(i).window(slowly, 1 + 0.1 * (slowly - 1), 0.002 * (i % 4)));
      }
      opened += openedIn(watch.complete(START_MS + w * WINDOW_MS));
    }

    assertThat(1_000.0 * opened / (series * windows)).isLessThanOrEqualTo(2);
  }

  @Test
  void shouldNotCryWolfInTheFirstMinutesOfATinySeries() {
    int opened = 0;
    for (int seed = 0; seed < 200; seed++) {
      Traffic traffic = new Traffic(seed, 0.5 + seed % 4, 50, 0.01);
      opened += openedIn(run(watch(), 30, w -> traffic.usual()));
    }

    assertThat(1_000.0 * opened / (200 * 30)).isLessThanOrEqualTo(2);
  }

  @Test
  void shouldFindAnOutrightFailureSoonAfterASeriesBegan() {
    Traffic traffic = new Traffic(5, 50, 95, 0);

    List<Finding> findings =
        run(watch(), 14, w -> w >= 8 ? traffic.window(1, 1, 0.6) : traffic.usual());

    assertThat(findings).first().satisfies(f -> opened(f, AnomalyKind.ERROR_RATE, 8, 11));
  }

  @Test
  void shouldReportTheSameForTheSameWindows() {
    assertThat(troubledRun(watch(), List.of())).isEqualTo(troubledRun(watch(), List.of()));
  }

  @Test
  void shouldReportTheSameAfterACrashAtAnyWindow() {
    List<Finding> undisturbed = troubledRun(watch(), List.of());

    assertThat(undisturbed).hasSizeGreaterThan(3);
    assertThat(troubledRun(watch(), List.of(5, 299, 301, 302, 318, 340, 341, 700, 901)))
        .isEqualTo(undisturbed);
  }

  /** Three series, with trouble before and after the first forest. */
  private static List<Finding> troubledRun(Watch watch, List<Integer> crashes) {
    List<Traffic> traffic =
        List.of(
            new Traffic(11, 80, 95, 0.004), new Traffic(12, 30, 20, 0), new Traffic(13, 4, 200, 0));
    List<Finding> findings = new ArrayList<>();
    for (int w = 0; w < 1_000; w++) {
      if (crashes.contains(w)) {
        watch.crash();
      }
      for (int i = 0; i < traffic.size(); i++) {
        boolean slow = (i == 0 && within(w, 300, 320)) || (i == 1 && within(w, 900, 930));
        boolean failing = i == 1 && within(w, 100, 110);
        WindowFeatures features = traffic.get(i).window(1, slow ? 3 : 1, failing ? 0.4 : 0.004);
        if (!features.isSilent()) {
          watch.observe(SeriesId.ofOperation("acme", "checkout", "op" + i), features);
        }
      }
      findings.addAll(watch.complete(START_MS + w * WINDOW_MS));
    }
    return findings;
  }

  static List<Finding> run(Watch watch, int windows, IntFunction<WindowFeatures> traffic) {
    List<Finding> findings = new ArrayList<>();
    for (int w = 0; w < windows; w++) {
      WindowFeatures features = traffic.apply(w);
      if (!features.isSilent()) {
        watch.observe(PAY, features);
      }
      findings.addAll(watch.complete(START_MS + w * WINDOW_MS));
    }
    return findings;
  }

  private static void opened(Finding finding, AnomalyKind kind, int from, int before) {
    assertThat(finding.change()).isInstanceOf(Change.Opened.class);
    assertThat(finding.change().episode().kind()).isEqualTo(kind);
    assertThat(finding.change().episode().confidence()).isBetween(0.8, 1.0);
    assertThat(window(finding)).isBetween(from, before - 1);
  }

  private static void resolved(Finding finding, int from, int before) {
    assertThat(finding.change()).isInstanceOf(Change.Resolved.class);
    assertThat(window(finding)).isBetween(from, before - 1);
  }

  private static int window(Finding finding) {
    return (int) ((finding.startMs() - START_MS) / WINDOW_MS);
  }

  static int openedIn(List<Finding> findings) {
    return (int) findings.stream().filter(f -> f.change() instanceof Change.Opened).count();
  }

  private static boolean within(int window, int from, int before) {
    return window >= from && window < before;
  }
}
