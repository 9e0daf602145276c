package io.tracetide.processor.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleEvaluatorTest {

  private static final SeriesId CHECKOUT = SeriesId.ofOperation("acme", "checkout", "*");
  private static final SeriesId PAY = SeriesId.ofOperation("acme", "checkout", "POST /pay");

  @Test
  void shouldOpenAfterTwoWindowsOfErrorsAndResolveAfterThreeWithout() {
    Rules rules = new Rules(RulesConfig.defaults());

    rules.window(CHECKOUT, latencies(100, 10, 30));
    rules.window(CHECKOUT, latencies(100, 10, 40));
    for (int i = 0; i < 3; i++) {
      rules.window(CHECKOUT, latencies(100, 10, 1));
    }

    assertThat(rules.said)
        .containsExactly(
            "1 Opened error rate of checkout is 40 %, above the limit of 20 % for 20 s (rule"
                + " high-error-rate)",
            "4 Resolved error rate of checkout is no longer above the limit of 20 %, now 1 %, after"
                + " 30 s; it peaked at 40 % (window 00:00:10 UTC) (rule high-error-rate)");
  }

  @Test
  void shouldNotJudgeAnErrorRateOfTooFewSpans() {
    Rules rules = new Rules(RulesConfig.defaults());

    for (int i = 0; i < 5; i++) {
      rules.window(CHECKOUT, latencies(10, 10, 10));
    }

    assertThat(rules.said).isEmpty();
  }

  @Test
  void shouldStartOverWhenABreachIsInterrupted() {
    Rules rules = new Rules(RulesConfig.defaults());

    for (int i = 0; i < 6; i++) {
      rules.window(CHECKOUT, latencies(100, 10, i % 2 == 0 ? 50 : 0));
    }

    assertThat(rules.said).isEmpty();
  }

  @Test
  void shouldWatchTheProcessorOfAService() {
    Rules rules = new Rules(RulesConfig.defaults());
    SeriesId cpu = SeriesId.ofMetric("acme", "checkout", SeriesId.CPU_USAGE_PERCENT);

    for (int i = 0; i < 6; i++) {
      rules.window(cpu, gauge(98));
    }

    assertThat(rules.findings).hasSize(1);
    assertThat(rules.findings.get(0).change().episode().kind()).isEqualTo(AnomalyKind.RESOURCE);
    assertThat(rules.findings.get(0).summary())
        .isEqualTo(
            "cpu usage of checkout is 98 %, above the limit of 95 % for 1 min (rule high-cpu)");
  }

  @Test
  void shouldReadAnyOtherMetricByItsName() {
    Rules rules = new Rules(config(rule("queue_depth", Bound.ABOVE, 1_000, "*", "*")));

    rules.window(SeriesId.ofMetric("acme", "checkout", "queue_depth"), gauge(2_500));

    assertThat(rules.said)
        .containsExactly(
            "0 Opened queue_depth of checkout is 2500, above the limit of 1000 for 10 s (rule r)");
  }

  @Test
  void shouldApplyToOperationsOnlyWithAGlobOfOperations() {
    Rules ofService = new Rules(config(rule("p95_ms", Bound.ABOVE, 100, "*", "*")));
    Rules ofOperations = new Rules(config(rule("p95_ms", Bound.ABOVE, 100, "check*", "POST ?*")));
    for (Rules rules : List.of(ofService, ofOperations)) {
      rules.observe(CHECKOUT, latencies(100, 500, 0));
      rules.window(PAY, latencies(100, 500, 0));
    }

    assertThat(ofService.findings).singleElement().matches(f -> f.series().equals(CHECKOUT));
    assertThat(ofOperations.findings).singleElement().matches(f -> f.series().equals(PAY));
  }

  @Test
  void shouldTakeSilenceForNoThroughputUntilTheServiceIsForgotten() {
    Rules rules = new Rules(config(rule("throughput_per_sec", Bound.BELOW, 1, "*", "*")));
    rules.window(CHECKOUT, latencies(100, 10, 0));

    for (int i = 0; i < 500; i++) {
      rules.silence();
    }

    assertThat(rules.said).first().asString().startsWith("1 Opened throughput of checkout is 0/s");
    assertThat(rules.said).last().asString().startsWith("420 Resolved ");
    assertThat(rules.states()).isEmpty();
    assertThat(rules.episodes()).isEmpty();
  }

  @Test
  void shouldReportTheSameAfterACrashAtAnyWindow() {
    assertThat(busyRun(List.of(1, 2, 3, 50, 51, 77, 200))).isEqualTo(busyRun(List.of()));
  }

  @Test
  void shouldEndWhatARuleLeftOpenThatIsNoMore() {
    Rules rules = new Rules(config(rule("p95_ms", Bound.ABOVE, 100, "*", "*")));
    rules.window(CHECKOUT, latencies(100, 500, 0));

    rules.restart(RulesConfig.defaults());
    rules.silence();

    assertThat(rules.said).hasSize(2).last().isEqualTo("1 Resolved rule r is no longer configured");
    assertThat(rules.episodes()).isEmpty();
  }

  @Test
  void shouldRefuseTwoRulesOfOneName() {
    RuleConfig rule = rule("p95_ms", Bound.ABOVE, 100, "*", "*");

    assertThatThrownBy(() -> new RulesConfig(List.of(rule, rule), 6, Duration.ofHours(1)))
        .hasMessageContaining("rules");
  }

  private static List<String> busyRun(List<Integer> crashes) {
    RulesConfig config =
        config(
            rule("throughput_per_sec", Bound.BELOW, 1, "*", "*"),
            RuleConfig.of("e", "error_rate_percent", Bound.ABOVE, 20, 2, Severity.HIGH, 20));
    Rules rules = new Rules(config);
    for (int w = 0; w < 300; w++) {
      if (crashes.contains(w)) {
        rules.restart(config);
      }
      if (w % 70 < 55) {
        rules.window(CHECKOUT, latencies(50, 10, w % 11 < 4 ? 30 : 0));
      } else {
        rules.silence();
      }
    }
    return rules.said;
  }

  private static RulesConfig config(RuleConfig... rules) {
    return new RulesConfig(List.of(rules), 1_000, Duration.ofHours(1));
  }

  private static RuleConfig rule(
      String metric, Bound bound, double threshold, String service, String operation) {
    return new RuleConfig(
        "r", metric, bound, threshold, 1, 3, Severity.HIGH, "*", service, operation, 1);
  }

  private static WindowStats latencies(int n, double millis, int failed) {
    WindowStats stats = new WindowStats();
    for (int i = 0; i < n; i++) {
      stats.record(millis * 1_000, 1, i < failed);
    }
    return stats;
  }

  private static WindowStats gauge(double value) {
    return latencies(3, value / 1_000, 0);
  }

  /** An evaluator with its output, from which it is restored. */
  private static final class Rules extends MemoryOutput {
    private final List<Finding> findings = findings();
    private final List<String> said = new ArrayList<>();
    private RuleEvaluator evaluator;
    private int window;

    Rules(RulesConfig config) {
      evaluator = new RuleEvaluator(config, List.of(), Duration.ofSeconds(10), Duration.ZERO);
    }

    void observe(SeriesId series, WindowStats stats) {
      evaluator.observe(series, window(), stats);
    }

    void window(SeriesId series, WindowStats stats) {
      observe(series, stats);
      silence();
    }

    void silence() {
      evaluator.complete(window(), RecentWindows.NONE, this);
      window++;
    }

    private TierWindow window() {
      return new TierWindow(WindowTier.BASE, window * 10_000L);
    }

    void restart(RulesConfig config) {
      evaluator =
          restored(new RuleEvaluator(config, List.of(), Duration.ofSeconds(10), Duration.ZERO));
    }

    @Override
    public void publish(Finding finding) {
      super.publish(finding);
      said.add(
          finding.startMs() / 10_000
              + " "
              + finding.change().getClass().getSimpleName()
              + " "
              + finding.summary());
    }
  }
}
