package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.detection.OutlierEngines;
import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.detection.AnomalyDetector;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.progress.DetectionProgress;
import io.tracetide.processor.topology.AnomalyDriver;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

class DetectAnomaliesTopologyTest {

  private static final SeriesId PAY = SeriesId.ofOperation("acme", "checkout", "POST /pay");

  @Test
  void shouldPublishAnAnomalyThatOpensAndResolves() {
    try (AnomalyDriver driver = driver(AnomaliesConfig.defaults())) {
      List<Anomaly> published = failingRun(driver, List.of());

      Anomaly opened = published.get(0);
      Anomaly resolved = published.get(published.size() - 1);
      assertThat(opened.getState()).isEqualTo(AnomalyState.OPEN);
      assertThat(opened.getDetector()).isEqualTo(Detector.ISOLATION_FOREST);
      assertThat(opened.getKind()).isEqualTo(AnomalyKind.ERROR_RATE);
      assertThat(opened.getRevision()).isZero();
      assertThat(opened.getExemplars().getError()).isEqualTo("trace-of-an-error");
      assertThat(opened.getObserved()).containsKey("error_rate_percent");
      assertThat(opened.getSummary()).startsWith("error rate of checkout POST /pay rose to ");
      assertThat(resolved.getState()).isEqualTo(AnomalyState.RESOLVED);
      assertThat(resolved.getResolvedAt()).isEqualTo(resolved.getWindowEnd());
      assertThat(resolved.getAnomalyId()).isEqualTo(opened.getAnomalyId());
      assertThat(resolved.getContributions()).isNotEmpty();
      assertThat(resolved.getExemplars().getError()).isEqualTo("trace-of-an-error");
      assertThat(resolved.getRevision()).isEqualTo(published.size() - 1);
      assertThat(driver.stored().get(opened.getAnomalyId())).isEqualTo(resolved);
    }
  }

  @Test
  void shouldPublishTheSameWhereverItRestarts() {
    List<Anomaly> undisturbed;
    try (AnomalyDriver driver = driver(AnomaliesConfig.defaults())) {
      undisturbed = failingRun(driver, List.of());
    }
    try (AnomalyDriver driver = driver(AnomaliesConfig.defaults())) {
      assertThat(failingRun(driver, List.of(3, 41, 42, 44, 50, 51, 52, 60))).isEqualTo(undisturbed);
    }
  }

  /** The fault in the stored windows is no anomaly any more; the next one is. */
  @Test
  void shouldBeginWithTheStoredWindows() {
    try (AnomalyDriver driver = driver(AnomaliesConfig.defaults())) {
      Random random = new Random(1);
      for (int before = 60; before > 0; before--) {
        driver.store(before, PAY, stats(random, before == 3 ? 0.5 : 0.002));
      }
      for (int w = 0; w < 3; w++) {
        driver.window(PAY, stats(random, 0.002));
      }
      assertThat(driver.published()).isEmpty();
      driver.restart();
      for (int w = 3; w < 6; w++) {
        driver.window(PAY, stats(random, 0.5));
      }

      assertThat(driver.published())
          .first()
          .satisfies(opened -> assertThat(opened.getState()).isEqualTo(AnomalyState.OPEN))
          .satisfies(opened -> assertThat(opened.getRevision()).isZero());
    }
  }

  @Test
  void shouldFindNothingInItsFirstWindowsWithoutStoredOnes() {
    try (AnomalyDriver driver = driver(AnomaliesConfig.defaults())) {
      Random random = new Random(1);
      for (int w = 0; w < 6; w++) {
        driver.window(PAY, stats(random, w < 3 ? 0.002 : 0.5));
      }
      assertThat(driver.published()).isEmpty();
    }
  }

  /** Windows that it has evaluated are not evaluated again from the store. */
  @Test
  void shouldReadTheStoredWindowsOnce() {
    List<Anomaly> undisturbed;
    try (AnomalyDriver driver = driver(AnomaliesConfig.defaults())) {
      undisturbed = failingRun(driver, List.of());
    }
    try (AnomalyDriver driver = driver(AnomaliesConfig.defaults())) {
      Random random = new Random(1);
      driver.window(PAY, stats(random, 0.002));
      for (int before = 60; before > 0; before--) {
        driver.store(before, PAY, stats(new Random(before), 0.9));
      }
      assertThat(failingRun(driver, random, 1, List.of(1, 2, 41))).isEqualTo(undisturbed);
    }
  }

  @Test
  void shouldResolveItsAnomaliesWhenItIsSwitchedOff() {
    String[] engine = {OutlierEngines.DEFAULT};
    try (AnomalyDriver driver = driver(AnomaliesConfig.defaults(), () -> engine[0])) {
      Random random = new Random(1);
      for (int w = 0; w < 45; w++) {
        driver.window(PAY, stats(random, w >= 40 ? 0.5 : 0.002));
      }
      assertThat(driver.published())
          .last()
          .extracting(Anomaly::getState)
          .isEqualTo(AnomalyState.OPEN);
      engine[0] = DetectionConfig.EVIDENCE;
      driver.restart();
      quietWindows(driver, 10);

      assertThat(driver.published())
          .singleElement()
          .satisfies(last -> assertThat(last.getState()).isEqualTo(AnomalyState.RESOLVED))
          .satisfies(last -> assertThat(last.getSummary()).contains("switched off"));
    }
  }

  @Test
  void shouldDropResolvedAnomaliesWhenTheirTimeIsOver() {
    AnomaliesConfig brief = new AnomaliesConfig(Duration.ofMinutes(5), 100);
    try (AnomalyDriver driver = driver(brief)) {
      failingRun(driver, List.of(65));
      assertThat(storedIn(driver)).isEqualTo(1);

      quietWindows(driver, 40);
      driver.advance(Duration.ofMinutes(1));

      assertThat(storedIn(driver)).isZero();
    }
  }

  private static AnomalyDriver driver(AnomaliesConfig keeping) {
    return driver(keeping, () -> OutlierEngines.DEFAULT);
  }

  private static AnomalyDriver driver(AnomaliesConfig keeping, Supplier<String> engine) {
    return new AnomalyDriver(
        metrics ->
            new DetectWindows(
                () ->
                    List.of(
                        new AnomalyDetector(
                            DetectionConfig.defaults().withEngine(engine.get()),
                            AnomalyDriver.WINDOW,
                            Duration.ofMinutes(2))),
                WindowTier.ALL,
                "detect",
                new DetectionProgress(),
                metrics),
        keeping);
  }

  private static int storedIn(AnomalyDriver driver) {
    int stored = 0;
    try (KeyValueIterator<String, Anomaly> all = driver.stored().all()) {
      for (; all.hasNext(); all.next()) {
        stored++;
      }
    }
    return stored;
  }

  /** Seventy windows, of which ten fail. */
  private static List<Anomaly> failingRun(AnomalyDriver driver, List<Integer> restarts) {
    return failingRun(driver, new Random(1), 0, restarts);
  }

  private static List<Anomaly> failingRun(
      AnomalyDriver driver, Random random, int from, List<Integer> restarts) {
    for (int w = from; w < 70; w++) {
      if (restarts.contains(w)) {
        driver.restart();
      }
      driver.window(PAY, stats(random, w >= 40 && w < 50 ? 0.5 : 0.002));
    }
    return driver.published();
  }

  private static void quietWindows(AnomalyDriver driver, int windows) {
    Random random = new Random(2);
    for (int w = 0; w < windows; w++) {
      driver.window(PAY, stats(random, 0.002));
    }
  }

  private static WindowStats stats(Random random, double errors) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < 100; i++) {
      boolean failed = random.nextDouble() < errors;
      double micros = 95_000 * Math.exp(0.2 * random.nextGaussian());
      stats.record(micros, 1, failed);
      if (failed) {
        stats.offerExemplar(
            micros, true, "trace-of-an-error".getBytes(UTF_8), 0, "trace-of-an-error".length());
      }
    }
    return stats;
  }
}
