package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Figures;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.Detector;

/** A rule made ready: its globs, its measure and its policy. */
final class Rule {

  private final RuleConfig config;
  private final Detector detector;
  private final Measure measure;
  private final EpisodePolicy policy;
  private final Glob tenant;
  private final Glob service;
  private final Glob operation;

  /**
   * Makes a rule ready.
   *
   * @param detector in whose name it speaks
   */
  Rule(RuleConfig config, Detector detector, int updateEvery) {
    this.config = config;
    this.detector = detector;
    this.measure = Measure.of(config.metric());
    this.policy =
        new EpisodePolicy(
            config.forWindows(), config.forWindows(), config.quietWindows(), updateEvery);
    this.tenant = Glob.of(config.tenant());
    this.service = Glob.of(config.service());
    this.operation = Glob.of(config.operation());
  }

  String name() {
    return config.name();
  }

  Detector detector() {
    return detector;
  }

  String metric() {
    return config.metric();
  }

  double threshold() {
    return config.threshold();
  }

  EpisodePolicy policy() {
    return policy;
  }

  /** No rule judges the service of others: each partition sees a part of it only. */
  boolean appliesTo(SeriesId series) {
    return !series.service().equals(SeriesId.OTHER)
        && series.metric().equals(measure.seriesMetric(config.metric()))
        && appliesToOperation(series.operation())
        && tenant.matches(series.tenant())
        && service.matches(series.service());
  }

  /** The roll-up of a service is named by itself only, never by a glob that happens to match. */
  private boolean appliesToOperation(String name) {
    if (name.equals(SeriesId.ALL_OPERATIONS)) {
      return config.operation().equals(SeriesId.ALL_OPERATIONS);
    }
    return !config.operation().equals(SeriesId.ALL_OPERATIONS) && operation.matches(name);
  }

  /** Whether a window without any work breaks the rule, so that silence must be noticed. */
  boolean noticesSilence() {
    return measure == Measure.THROUGHPUT_PER_SEC && breaks(0);
  }

  /** The value in a window; NaN when the window says nothing. */
  double value(WindowStats stats, double windowSeconds) {
    boolean enough = !measure.needsWork() || stats.count() >= config.minCount();
    return enough ? measure.value(stats, windowSeconds) : Double.NaN;
  }

  /** The value in a window in which nothing was done. */
  double silence() {
    return measure == Measure.THROUGHPUT_PER_SEC ? 0 : Double.NaN;
  }

  /** A rule is certain of what it says. */
  Evidence evidence(double value) {
    if (!breaks(value)) {
      return Evidence.CALM;
    }
    double excess = config.bound() == Bound.ABOVE ? value : -value;
    return new Evidence(true, measure.kind(), config.severity(), 1, excess, value);
  }

  String sentence(RuleSubject subject, Change.Reported change, double value, long windowMs) {
    SeriesId series = subject.series();
    boolean ofService = series.operation().equals(SeriesId.ALL_OPERATIONS);
    String of =
        "%s of %s%s"
            .formatted(
                measure.noun(config.metric()),
                series.service(),
                ofService ? "" : " " + series.operation());
    String limit =
        "%s the limit of %s"
            .formatted(
                config.bound() == Bound.ABOVE ? "above" : "below",
                measure.figure(config.threshold()));
    String text;
    if (change instanceof Change.Resolved resolved) {
      long lasted = resolved.endMs() - resolved.episode().openedAtMs();
      text =
          "%s is no longer %s%s, after %s; at its height %s"
              .formatted(
                  of,
                  limit,
                  Double.isNaN(value) ? "" : ", now " + measure.figure(value),
                  Figures.lasting(lasted),
                  measure.figure(resolved.episode().height().value()));
    } else if (change instanceof Change.Opened) {
      String during = Figures.lasting(config.forWindows() * windowMs);
      text = "%s is %s, %s for %s".formatted(of, measure.figure(value), limit, during);
    } else {
      long lasted = config.forWindows() * windowMs;
      text =
          "%s is %s, was %s for %s"
              .formatted(of, measure.figure(value), limit, Figures.lasting(lasted));
    }
    String by = detector == Detector.CONTRACT ? "contract " : "rule ";
    return text + " (" + by + config.name() + ")";
  }

  private boolean breaks(double value) {
    return config.bound() == Bound.ABOVE ? value > config.threshold() : value < config.threshold();
  }
}
