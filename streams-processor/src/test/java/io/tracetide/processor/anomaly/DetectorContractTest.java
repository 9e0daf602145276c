package io.tracetide.processor.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What every detector must do: be deterministic, continue after a restart as if there had been
 * none, explain what it finds, and stay within its cost. A test of a detector extends this class
 * and creates the detector; it must find the errors that {@link #run} has in windows 100 to 115, or
 * the windows that {@link #isSilent} determines.
 */
public abstract class DetectorContractTest {

  private static final long START_MS = 1_700_006_400_000L;
  private static final int WINDOWS = 400;
  private static final List<SeriesId> OPERATIONS =
      List.of(operation("GET /cart"), operation("POST /pay"), operation("POST /refund"));
  private static final SeriesId SERVICE = OPERATIONS.get(0).ofService();
  private static final SeriesId CPU =
      SeriesId.ofMetric("acme", "checkout", SeriesId.CPU_USAGE_PERCENT);

  /** A new detector, with nothing restored. */
  protected abstract WindowDetector create();

  /** The tier of the windows that the detector is run with. */
  protected WindowTier tier() {
    return WindowTier.BASE;
  }

  /** Whether the service has no spans in a window; for a detector that does not find errors. */
  protected boolean isSilent(int window) {
    return false;
  }

  @Test
  void shouldPublishTheSameForTheSameWindows() {
    List<Finding> first = run(Set.of()).findings();

    assertThat(first).hasSizeGreaterThan(1);
    assertThat(run(Set.of()).findings()).isEqualTo(first);
  }

  @Test
  void shouldPublishTheSameWhereverItIsRestored() {
    List<Finding> uninterrupted = run(Set.of()).findings();

    assertThat(run(Set.of(5, 99, 100, 101, 102, 108, 115, 116, 117, 301, 322, 399)).findings())
        .isEqualTo(uninterrupted);
  }

  @Test
  void shouldExplainWhatItFinds() {
    Set<?> names = create().detectors();

    List<Finding> findings = run(Set.of()).findings();

    assertThat(findings).first().extracting(Finding::change).isInstanceOf(Change.Opened.class);
    assertThat(findings)
        .filteredOn(finding -> !(finding.change() instanceof Change.Resolved))
        .allSatisfy(
            finding -> {
              assertThat(names.contains(finding.detector())).isTrue();
              assertThat(finding.summary()).contains("checkout").doesNotContain("NaN");
              assertThat(finding.endMs() - finding.startMs()).isEqualTo(tier().sizeMs());
              assertThat(finding.observed()).isNotEmpty();
              assertThat(finding.expected().keySet())
                  .containsAnyElementsOf(finding.observed().keySet());
              assertThat(finding.contributions().values().stream().mapToDouble(d -> d).sum())
                  .isCloseTo(1, within(1e-9));
              assertThat(finding.change().episode().confidence()).isBetween(0.0, 1.0);
            });
    assertThat(findings)
        .anySatisfy(f -> assertThat(f.change()).isInstanceOf(Change.Resolved.class));
  }

  @Test
  void shouldSaveAtMostARowAndAnEpisodeForEachSeriesAndWindow() {
    MemoryOutput output = run(Set.of());

    int series = OPERATIONS.size() + 2;
    assertThat(output.rowsSaved()).isLessThanOrEqualTo(series * WINDOWS);
    assertThat(output.episodes()).hasSizeLessThanOrEqualTo(series * 4);
    assertThat(output.states()).hasSizeLessThanOrEqualTo(series * 4);
    assertThat(output.episodes().values()).allMatch(bytes -> bytes.length < 4_096);
  }

  /** The bound is generous; it detects costs that grow with the square of the number of series. */
  @Test
  void shouldEvaluateASeriesWithinAMillisecond() {
    WindowDetector detector = create();
    MemoryOutput output = new MemoryOutput();
    int series = 500;
    int windows = 40;
    WindowStats usual = stats(new Random(1), 50, 95, 0.004);
    long began = System.nanoTime();
    for (int w = 0; w < windows; w++) {
      TierWindow window = window(w);
      for (int i = 0; i < series; i++) {
        observe(detector, operation("op" + i), window, usual);
      }
      detector.complete(window, RecentWindows.NONE, output);
    }

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isLessThan(Duration.ofMillis((long) series * windows));
  }

  /**
   * Four hundred windows of one service: half of the spans fail in windows 100 to 115, latency is
   * threefold in 300 to 320, one operation is silent from 340 on.
   */
  private MemoryOutput run(Set<Integer> restores) {
    MemoryOutput output = new MemoryOutput();
    WindowDetector detector = create();
    for (int w = 0; w < WINDOWS; w++) {
      if (restores.contains(w)) {
        detector = output.restored(create());
      }
      TierWindow window = window(w);
      WindowStats total = new WindowStats();
      for (int i = 0; i < OPERATIONS.size(); i++) {
        if (!isSilent(w) && (w < 340 || i != 2)) {
          double errors = w >= 100 && w < 116 ? 0.5 : 0.004;
          double millis = (w >= 300 && w < 320 ? 3 : 1) * 40.0 * (i + 1);
          WindowStats stats = stats(new Random(31L * w + i), 20 * (i + 1), millis, errors);
          total.merge(stats);
          observe(detector, OPERATIONS.get(i), window, stats);
        }
      }
      if (!isSilent(w)) {
        observe(detector, SERVICE, window, total);
      }
      WindowStats cpu = new WindowStats();
      cpu.record(40 + w % 7, 1, false);
      observe(detector, CPU, window, cpu);
      detector.complete(window, RecentWindows.NONE, output);
    }
    return output;
  }

  private static void observe(
      WindowDetector detector, SeriesId series, TierWindow window, WindowStats stats) {
    if (detector.watches(series, window.tier())) {
      detector.observe(series, window, stats);
    }
  }

  private TierWindow window(int index) {
    return new TierWindow(tier(), START_MS + index * tier().sizeMs());
  }

  private static WindowStats stats(Random random, int spans, double millis, double errors) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < spans; i++) {
      double micros = 1_000 * millis * Math.exp(0.2 * random.nextGaussian());
      boolean failed = random.nextDouble() < errors;
      stats.record(micros, 1, failed);
      byte[] trace = ("trace-" + i).getBytes(UTF_8);
      stats.offerExemplar(micros, failed, trace, 0, trace.length);
    }
    return stats;
  }

  private static SeriesId operation(String name) {
    return SeriesId.ofOperation("acme", "checkout", name);
  }
}
