package io.tracetide.processor.slo;

import io.tracetide.processor.rule.SeriesGlobs;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.schemas.AnomalyKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** An objective with its compiled globs, which counts good and bad spans of windows. */
public final class Objective {

  private final ObjectiveConfig config;

  /** 0 when failed spans are bad. */
  private final double slowerThanMicros;

  private final double allowed;
  private final SeriesGlobs globs;

  /** Compiles an objective. */
  public Objective(ObjectiveConfig config) {
    this.config = config;
    this.slowerThanMicros = config.slowerThan().map(limit -> limit.toNanos() / 1_000.0).orElse(0.0);
    // As decimals, so that a target of 99.9 allows 0.001 and not 0.00099999999999994.
    this.allowed =
        BigDecimal.valueOf(100)
            .subtract(BigDecimal.valueOf(config.target()))
            .movePointLeft(2)
            .doubleValue();
    this.globs = new SeriesGlobs(config.tenant(), config.service(), config.operation());
  }

  public String name() {
    return config.name();
  }

  /** Minimum share of good spans in percent. */
  public double target() {
    return config.target();
  }

  /** Duration above which a span is bad; empty when failed spans are bad. */
  public Optional<Duration> slowerThan() {
    return config.slowerThan();
  }

  /** Share of bad spans that the target allows. */
  public double allowed() {
    return allowed;
  }

  int quietWindows() {
    return config.quietWindows();
  }

  AnomalyKind kind() {
    return config.slowerThan().isPresent() ? AnomalyKind.LATENCY : AnomalyKind.ERROR_RATE;
  }

  /** Name of the rule in anomalies of a pair. */
  String rule(WindowPair pair) {
    return config.name() + "-" + pair.windows();
  }

  /** The name of the only service that the objective applies to; empty when it has a glob. */
  public Optional<String> onlyService() {
    boolean glob = config.service().indexOf('*') >= 0 || config.service().indexOf('?') >= 0;
    return glob ? Optional.empty() : Optional.of(config.service());
  }

  /** Whether the objective applies to a series, see {@link SeriesGlobs}. */
  public boolean appliesTo(SeriesId series) {
    return series.isLatency() && series.attributes().isEmpty() && globs.matches(series);
  }

  /** Duration in microseconds above which a span is bad; 0 when failed spans are bad. */
  double slowerThanMicros() {
    return slowerThanMicros;
  }

  /**
   * Counts the spans of a window. The sketch has the weights of slow spans and not their number, so
   * their number is taken from their share, rounded up. Spans without a duration are neither good
   * nor bad when slow spans are.
   */
  public SpanCounts read(WindowStats stats) {
    if (config.slowerThan().isEmpty()) {
      return new SpanCounts(
          stats.count(), stats.errors(), stats.weightedCount(), stats.weightedErrors());
    }
    QuantileSketch sketch = stats.sketch();
    double weight = sketch.count();
    double slow = sketch.weightAbove(slowerThanMicros);
    long spans = Math.min(stats.count(), (long) Math.ceil(weight));
    long slowSpans =
        weight > 0 ? Math.min(spans, (long) Math.ceil(slow * spans / weight - 1e-9)) : 0;
    return new SpanCounts(spans, slowSpans, weight, slow);
  }

  /** Evaluates a pair of windows that end at a minute, exclusive. */
  BurnRates evaluate(WindowPair pair, BudgetCounts counts, long endMinute) {
    return BurnRates.of(
        pair,
        counts.last(pair.longWindow(), endMinute),
        counts.last(pair.shortWindow(), endMinute),
        allowed,
        config.minEvents(),
        config.minBad());
  }

  /** Whether the short window is within the limit, so that the pair does not fire. */
  boolean isCalm(WindowPair pair, BudgetCounts counts, long endMinute) {
    return counts.last(pair.shortWindow(), endMinute).badRatio() <= pair.factor() * allowed;
  }
}
