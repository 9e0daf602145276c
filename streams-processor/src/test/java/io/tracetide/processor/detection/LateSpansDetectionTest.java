package io.tracetide.processor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.detection.OutlierEngines;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One operation whose windows are whole only some windows after they have closed. */
class LateSpansDetectionTest {

  private static final SeriesId PAY = SeriesId.ofOperation("acme", "checkout", "POST /pay");
  private static final long WINDOW_MS = 10_000;
  private static final long START_MS = 1_700_000_000_000L;
  private static final int FAILING_FROM = 300;
  private static final int FAILING_TO = 310;
  private static final int WINDOWS = 360;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 7, 11})
  void shouldFindTheSameForAnyLateness(int late) {
    List<Finding> found = run(window -> late, Set.of());

    assertThat(found).filteredOn(LateSpansDetectionTest::opens).hasSize(1);
    assertThat(found).first().satisfies(LateSpansDetectionTest::isOfErrors);
    assertThat(found).last().extracting(Finding::change).isInstanceOf(Change.Resolved.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void shouldFindEachEpisodeOnceWhenLatenessVaries(int seed) {
    List<Finding> found = run(window -> new Random(seed * 1_000L + window).nextInt(12), Set.of());

    assertThat(found)
        .filteredOn(LateSpansDetectionTest::opens)
        .filteredOn(finding -> finding.change().episode().kind() == AnomalyKind.ERROR_RATE)
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 8})
  void shouldFindTheSameWhereverItRestarts(int late) {
    Set<Integer> restarts = Set.of(40, 250, 299, 301, 302, 303, 306, 311, 312, 315, 330);

    assertThat(run(window -> late, restarts)).isEqualTo(run(window -> late, Set.of()));
  }

  @Test
  void shouldAdaptWhenSpansBecomeLate() {
    List<Finding> found = run(window -> window < 200 ? 0 : 4, Set.of());

    List<Finding> ofTraffic =
        found.stream()
            .filter(finding -> finding.change().episode().kind() == AnomalyKind.THROUGHPUT)
            .toList();
    assertThat(ofTraffic).filteredOn(LateSpansDetectionTest::opens).hasSizeLessThan(2);
    assertThat(ofTraffic)
        .filteredOn(finding -> finding.change() instanceof Change.Resolved)
        .hasSize((int) ofTraffic.stream().filter(LateSpansDetectionTest::opens).count())
        .allSatisfy(healed -> assertThat(healed.endMs()).isLessThan(START_MS + 215 * WINDOW_MS));
    assertThat(found)
        .filteredOn(LateSpansDetectionTest::opens)
        .filteredOn(finding -> finding.change().episode().kind() == AnomalyKind.ERROR_RATE)
        .hasSize(1);
  }

  private static boolean opens(Finding finding) {
    return finding.change() instanceof Change.Opened;
  }

  private static void isOfErrors(Finding finding) {
    assertThat(finding.change().episode().kind()).isEqualTo(AnomalyKind.ERROR_RATE);
    assertThat(finding.startMs()).isEqualTo(START_MS + (FAILING_FROM + 1) * WINDOW_MS);
    assertThat(finding.observed().get("error_rate_percent")).isGreaterThan(30);
  }

  private static List<Finding> run(IntUnaryOperator lateness, Set<Integer> restarts) {
    Partition partition = new Partition();
    for (int now = 0; now < WINDOWS; now++) {
      if (restarts.contains(now)) {
        partition.restart();
      }
      if (lateness.applyAsInt(now) == 0) {
        partition.arrive(now);
      }
      partition.close(now);
      for (int window = Math.max(0, now - 11); window <= now; window++) {
        int late = lateness.applyAsInt(window);
        if (late > 0 && window + late - 1 == now) {
          partition.arrive(window);
          partition.revise(window, now);
        }
      }
      partition.commit();
    }
    return partition.output.findings();
  }

  private static WindowStats work(int window) {
    boolean failing = window >= FAILING_FROM && window < FAILING_TO;
    Random random = new Random(window);
    WindowStats stats = new WindowStats();
    for (int i = 0; i < 100; i++) {
      double micros = 95_000 * Math.exp(0.2 * random.nextGaussian());
      stats.record(micros, 1, random.nextDouble() < (failing ? 0.5 : 0.002));
    }
    return stats;
  }

  /** The windows of a partition, as they close and are revised. */
  private static final class Partition implements RecentWindows, UsualLateness.Store {
    private final Map<Integer, WindowStats> windows = new HashMap<>();
    private final Map<Integer, WindowStats> revised = new TreeMap<>();
    private final MemoryOutput output = new MemoryOutput();
    private final Map<SeriesId, UsualLateness.Late> lateServices = new HashMap<>();
    private AnomalyDetector detector = detector();
    private UsualLateness lateness = new UsualLateness(12, this);

    private static AnomalyDetector detector() {
      return new AnomalyDetector(
          DetectionConfig.defaults().withEngine(OutlierEngines.DEFAULT),
          Duration.ofMillis(WINDOW_MS),
          Duration.ofMinutes(2));
    }

    void restart() {
      detector = output.restored(detector());
      lateness = new UsualLateness(12, this);
      lateServices.forEach(lateness::restore);
    }

    void arrive(int window) {
      windows.put(window, work(window));
    }

    void close(int now) {
      WindowStats stats = windows.get(now);
      if (stats != null) {
        detector.observe(PAY, WindowFeatures.of(stats));
      }
      lateness.passed(startMs(now + 1));
      detector.complete(startMs(now), this, output);
    }

    void revise(int window, int now) {
      revised.put(window, work(window));
      lateness.observe(PAY.ofService(), now - window + 1, 1, startMs(now + 1));
    }

    void commit() {
      revised.forEach(
          (window, stats) -> detector.revise(PAY, startMs(window), WindowFeatures.of(stats)));
      if (!revised.isEmpty()) {
        detector.revisionsComplete(this, output);
      }
      revised.clear();
    }

    private static long startMs(int window) {
      return START_MS + window * WINDOW_MS;
    }

    @Override
    public int lateness(SeriesId series) {
      return lateness.of(series);
    }

    @Override
    public @Nullable WindowStats stats(SeriesId series, long startMs) {
      return windows.get((int) ((startMs - START_MS) / WINDOW_MS));
    }

    @Override
    public void put(SeriesId service, UsualLateness.Late late) {
      lateServices.put(service, late);
    }

    @Override
    public void delete(SeriesId service) {
      lateServices.remove(service);
    }
  }
}
