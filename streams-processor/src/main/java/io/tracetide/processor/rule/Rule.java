package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A rule with its compiled globs, its measure and its policy. */
final class Rule {

  private static final Exemplars NO_TRACES = new Exemplars(null, null, null);

  private final RuleConfig config;
  private final Detector detector;
  private final Measure measure;
  private final EpisodePolicy policy;
  private final long windowMs;
  private final SeriesGlobs globs;

  /**
   * Compiles a rule.
   *
   * @param detector name under which its anomalies are published
   * @param recent newest windows that may be evaluated again
   */
  Rule(RuleConfig config, Detector detector, int updateEvery, int recent, long windowMs) {
    this.config = config;
    this.detector = detector;
    this.measure = Measure.of(config.metric());
    this.policy =
        new EpisodePolicy(
            config.forWindows(),
            config.forWindows(),
            config.quietWindows(),
            updateEvery,
            recent,
            windowMs);
    this.windowMs = windowMs;
    this.globs = new SeriesGlobs(config.tenant(), config.service(), config.operation());
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

  /** Whether the rule applies to a series, see {@link SeriesGlobs}. */
  boolean appliesTo(SeriesId series) {
    return series.metric().equals(measure.seriesMetric(config.metric())) && globs.matches(series);
  }

  /** Whether a window without spans breaks the rule. */
  boolean isBrokenWithoutSpans() {
    return measure == Measure.THROUGHPUT_PER_SEC && breaks(0);
  }

  /**
   * Whether late spans can only take a window out of breach, because throughput never falls. Then a
   * window is evaluated when its late spans have usually arrived.
   */
  boolean waitsForLateSpans() {
    return measure == Measure.THROUGHPUT_PER_SEC && config.bound() == Bound.BELOW;
  }

  /** Reads a window; null stands for a window without spans. */
  Reading read(@Nullable WindowStats stats) {
    if (stats == null) {
      return new Reading(measure == Measure.THROUGHPUT_PER_SEC ? 0 : Double.NaN, NO_TRACES);
    }
    boolean enough = !measure.needsMinCount() || stats.count() >= config.minCount();
    double value = enough ? measure.value(stats, windowMs / 1_000.0) : Double.NaN;
    return new Reading(
        value,
        breaks(value) ? new Exemplars(stats.slowest(), stats.error(), stats.typical()) : NO_TRACES);
  }

  /**
   * The value of a window.
   *
   * @param value NaN when the window has no value, or too few spans
   * @param exemplars traces of a window that breaks the rule
   */
  record Reading(double value, Exemplars exemplars) {}

  /**
   * The evidence of a window. The confidence of a rule is 1. A window within the limit is not
   * settled while more of its spans may come: when its service is usually late, or had too few
   * spans.
   *
   * @param late whether spans of the service usually come late
   */
  Evidence evidence(Reading reading, long startMs, boolean late) {
    double value = reading.value();
    if (breaks(value)) {
      return Evidence.breach(
          measure.kind(), config.severity(), 1, excess(value), value, snapshot(reading, startMs));
    }
    return isSettled(value, late) ? Evidence.CALM : Evidence.CALM_SO_FAR;
  }

  /** Evidence of a revised window; with its value, because it may be the peak of an episode. */
  Evidence evidenceAgain(Reading reading, long startMs, boolean late) {
    double value = reading.value();
    if (breaks(value) || Double.isNaN(value)) {
      return evidence(reading, startMs, late);
    }
    return Evidence.calm(isSettled(value, late), excess(value), value, snapshot(reading, startMs));
  }

  private boolean isSettled(double value, boolean late) {
    return waitsForLateSpans() || (!late && !Double.isNaN(value));
  }

  private double excess(double value) {
    return config.bound() == Bound.ABOVE ? value : -value;
  }

  private Snapshot snapshot(Reading reading, long startMs) {
    return new Snapshot(
        startMs,
        startMs + windowMs,
        Map.of(config.metric(), reading.value()),
        Map.of(config.metric(), config.threshold()),
        Map.of(config.metric(), 1.0),
        reading.exemplars());
  }

  String sentence(EpisodeSubject subject, Change.Reported change, double value, long endMs) {
    SeriesId series = subject.series();
    boolean ofService = series.operation().equals(SeriesId.ALL_OPERATIONS);
    String of =
        "%s of %s%s"
            .formatted(
                measure.noun(config.metric()),
                series.service(),
                ofService ? "" : " " + series.operation());
    boolean above = config.bound() == Bound.ABOVE;
    String threshold = measure.text(config.threshold());
    String limit = "%s the limit of %s".formatted(above ? "above" : "below", threshold);
    String now = Double.isNaN(value) ? "without a value" : measure.text(value);
    Episode.Height height = change.episode().height();
    String peak = peak(height);
    String text;
    if (change instanceof Change.Resolved resolved) {
      long lasted = resolved.endMs() - resolved.episode().openedAtMs();
      text =
          "%s is no longer %s%s, after %s; it %s"
              .formatted(
                  of,
                  limit,
                  Double.isNaN(value) ? "" : ", now " + now,
                  AnomalyValues.lasting(Math.max(0, lasted)),
                  peak);
    } else if (change instanceof Change.Opened) {
      String during = AnomalyValues.lasting(config.forWindows() * windowMs);
      text = "%s is %s, %s for %s".formatted(of, now, limit, during);
      if (height.isBefore(endMs) && !measure.text(height.value()).equals(now)) {
        text = "%s; it %s".formatted(text, peak);
      }
    } else {
      String expected = (above ? "at most " : "at least ") + threshold;
      text = "%s %s, now %s; expected %s".formatted(of, peak, now, expected);
    }
    String by = detector == Detector.CONTRACT ? "contract " : "rule ";
    return text + " (" + by + config.name() + ")";
  }

  private String peak(Episode.Height height) {
    return "%s %s%s"
        .formatted(
            config.bound() == Bound.ABOVE ? "peaked at" : "fell to",
            measure.text(height.value()),
            AnomalyValues.window(height.peak()));
  }

  private boolean breaks(double value) {
    return config.bound() == Bound.ABOVE ? value > config.threshold() : value < config.threshold();
  }
}
