package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.processor.detection.progress.DetectionProgress;
import io.tracetide.processor.rule.Bound;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.rule.RuleEvaluator;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.topology.AnomalyDriver;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EvaluateRulesTopologyTest {

  private static final SeriesId CHECKOUT =
      SeriesId.ofOperation("acme", "checkout", SeriesId.ALL_OPERATIONS);

  @Test
  void shouldPublishABrokenRuleAndItsEnd() {
    try (AnomalyDriver driver = driver(RulesConfig.defaults())) {
      List<Anomaly> published = failingRun(driver, List.of());

      assertThat(published).hasSize(2);
      Anomaly opened = published.get(0);
      assertThat(opened.getDetector()).isEqualTo(Detector.THRESHOLD);
      assertThat(opened.getRule()).isEqualTo("high-error-rate");
      assertThat(opened.getSeverity()).isEqualTo(Severity.HIGH);
      assertThat(opened.getOperationName()).isEqualTo("*");
      assertThat(opened.getObserved()).containsEntry("error_rate_percent", 30.0);
      assertThat(opened.getExpected()).containsEntry("error_rate_percent", 20.0);
      assertThat(opened.getConfidence()).isEqualTo(1);
      assertThat(published.get(1).getState()).isEqualTo(AnomalyState.RESOLVED);
      assertThat(published.get(1).getAnomalyId()).isEqualTo(opened.getAnomalyId());
      assertThat(driver.stored().get(opened.getAnomalyId())).isEqualTo(published.get(1));
    }
  }

  @Test
  void shouldPublishTheSameWhereverItRestarts() {
    List<Anomaly> undisturbed;
    try (AnomalyDriver driver = driver(RulesConfig.defaults())) {
      undisturbed = failingRun(driver, List.of());
    }
    try (AnomalyDriver driver = driver(RulesConfig.defaults())) {
      assertThat(failingRun(driver, List.of(1, 5, 6, 7, 9, 10, 11))).isEqualTo(undisturbed);
    }
  }

  @Test
  void shouldNoticeThatAServiceStoppedAlsoAfterARestart() {
    RuleConfig silent =
        RuleConfig.of("silent", "throughput_per_sec", Bound.BELOW, 0.1, 3, Severity.CRITICAL, 0);
    RulesConfig config = new RulesConfig(List.of(silent), 6, Duration.ofHours(1));
    try (AnomalyDriver driver = driver(config)) {
      driver.window(CHECKOUT, stats(0));
      driver.restart();
      for (int i = 0; i < 3; i++) {
        driver.silence();
      }

      assertThat(driver.published())
          .singleElement()
          .extracting(Anomaly::getSummary)
          .isEqualTo(
              "throughput of checkout is 0/s, below the limit of 0.1/s for 30 s (rule silent)");
    }
  }

  @Test
  void shouldResolveAnomaliesOfARemovedContractUnderItsDetector() {
    List<RuleConfig> clauses =
        List.of(
            RuleConfig.of(
                "checkout.maxErrorRate",
                "error_rate_percent",
                Bound.ABOVE,
                5,
                1,
                Severity.CRITICAL,
                1));
    AtomicReference<List<RuleConfig>> configured = new AtomicReference<>(clauses);
    RulesConfig none = new RulesConfig(List.of(), 6, Duration.ofHours(1));
    try (AnomalyDriver driver =
        new AnomalyDriver(
            metrics ->
                new DetectWindows(
                    () ->
                        List.of(
                            new RuleEvaluator(
                                none,
                                configured.get(),
                                AnomalyDriver.WINDOW,
                                Duration.ofMinutes(2))),
                    WindowTier.ALL,
                    "detect",
                    new DetectionProgress(),
                    metrics))) {
      driver.window(CHECKOUT, stats(30));
      configured.set(List.of());
      driver.restart();
      driver.window(CHECKOUT, stats(30));

      List<Anomaly> published = driver.published();
      assertThat(published)
          .extracting(Anomaly::getDetector)
          .containsExactly(Detector.CONTRACT, Detector.CONTRACT);
      assertThat(published)
          .extracting(Anomaly::getState)
          .containsExactly(AnomalyState.OPEN, AnomalyState.RESOLVED);
      assertThat(published.get(1).getAnomalyId()).isEqualTo(published.get(0).getAnomalyId());
      assertThat(published.get(0).getSummary()).endsWith("(contract checkout.maxErrorRate)");
    }
  }

  @Test
  void shouldKeepWhatTheWorstWindowShowedUntilItIsOverAndAfterwards() {
    try (AnomalyDriver driver = driver(RulesConfig.defaults())) {
      driver.window(CHECKOUT, failing(30, 90, "early"));
      driver.window(CHECKOUT, failing(60, 90, "worst"));
      driver.window(CHECKOUT, failing(25, 90, "later"));
      for (int i = 0; i < 3; i++) {
        driver.window(CHECKOUT, failing(0, 90, "none"));
      }

      List<Anomaly> published = driver.published();
      Anomaly resolved = published.get(published.size() - 1);
      assertThat(resolved.getState()).isEqualTo(AnomalyState.RESOLVED);
      assertThat(resolved.getObserved()).containsEntry("error_rate_percent", 0.0);
      assertThat(resolved.getPeak().getObserved().get("error_rate_percent"))
          .isCloseTo(66.7, within(0.05));
      assertThat(resolved.getPeak().getExpected()).containsEntry("error_rate_percent", 20.0);
      assertThat(resolved.getPeak().getContributions()).containsEntry("error_rate_percent", 1.0);
      assertThat(resolved.getPeak().getWindowStart())
          .isEqualTo(Instant.ofEpochMilli(AnomalyDriver.START_MS + 10_000));
      assertThat(resolved.getPeak().getExemplars().getError()).isEqualTo("worst");
      assertThat(resolved.getExemplars().getError()).isEqualTo("worst");
      assertThat(resolved.getContributions()).containsEntry("error_rate_percent", 1.0);
      assertThat(resolved.getSummary())
          .contains("now 0 %", "it peaked at 66.7 % (window 22:13:30 UTC)");
      assertThat(driver.stored().get(resolved.getAnomalyId())).isEqualTo(resolved);
    }
  }

  @Test
  void shouldContinueAnAnomalyOfABuildBeforeIncidents() {
    RuleConfig errors = RulesConfig.defaults().rules().get(0);
    try (AnomalyDriver driver = driver(new RulesConfig(List.of(errors), 6, Duration.ofHours(1)))) {
      driver.window(CHECKOUT, failing(60, 90, "worst"));
      driver.window(CHECKOUT, failing(60, 90, "worst"));
      Anomaly opened = driver.published().get(0);
      driver.storeAsBeforeIncidents(opened);
      driver.restart();
      for (int w = 0; w < 6; w++) {
        driver.window(CHECKOUT, failing(0, 90, "none"));
      }

      Anomaly resolved = driver.published().get(0);
      assertThat(resolved.getAnomalyId()).isEqualTo(opened.getAnomalyId());
      assertThat(resolved.getState()).isEqualTo(AnomalyState.RESOLVED);
      assertThat(resolved.getIncident().getIncidentId()).isEqualTo(opened.getAnomalyId());
      assertThat(resolved.getExemplars().getError()).isEqualTo("worst");
      assertThat(driver.stored().get(opened.getAnomalyId())).isEqualTo(resolved);
    }
  }

  @Test
  void shouldReportPeakAndCurrentValueWhileItIsOpen() {
    RuleConfig errors = RulesConfig.defaults().rules().get(0);
    try (AnomalyDriver driver = driver(new RulesConfig(List.of(errors), 1, Duration.ofHours(1)))) {
      driver.window(CHECKOUT, failing(60, 90, "worst"));
      driver.window(CHECKOUT, failing(20, 90, "later"));
      driver.restart();
      driver.window(CHECKOUT, failing(0, 90, "none"));

      List<Anomaly> published = driver.published();
      assertThat(published.get(0).getSummary())
          .isEqualTo(
              "error rate of checkout is 22.2 %, above the limit of 20 % for 20 s; it peaked at"
                  + " 66.7 % (window 22:13:20 UTC) (rule high-error-rate)");
      assertThat(published.get(1).getSummary())
          .isEqualTo(
              "error rate of checkout peaked at 66.7 % (window 22:13:20 UTC), now 0 %; expected at"
                  + " most 20 % (rule high-error-rate)");
      assertThat(published.get(1).getExemplars().getError()).isEqualTo("worst");
    }
  }

  private static WindowStats failing(int failed, int of, String trace) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < of; i++) {
      stats.record(10_000, 1, i < failed);
      stats.offerExemplar(10_000, i < failed, trace.getBytes(UTF_8), 0, trace.length());
    }
    return stats;
  }

  private static AnomalyDriver driver(RulesConfig config) {
    return new AnomalyDriver(
        metrics ->
            new DetectWindows(
                () ->
                    List.of(
                        new RuleEvaluator(
                            config, List.of(), AnomalyDriver.WINDOW, Duration.ofMinutes(2))),
                WindowTier.ALL,
                "detect",
                new DetectionProgress(),
                metrics));
  }

  /** Twelve windows, of which windows 5 to 8 fail. */
  private static List<Anomaly> failingRun(AnomalyDriver driver, List<Integer> restarts) {
    for (int w = 0; w < 12; w++) {
      if (restarts.contains(w)) {
        driver.restart();
      }
      driver.window(CHECKOUT, stats(w >= 5 && w < 9 ? 30 : 0));
    }
    return driver.published();
  }

  private static WindowStats stats(int failed) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < 100; i++) {
      stats.record(10_000, 1, i < failed);
    }
    return stats;
  }
}
