package io.tracetide.processor.anomaly;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.ConfidenceBasis;
import io.tracetide.schemas.Detector;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of an episode that is published as a revision of an anomaly.
 *
 * @param detector name under which the anomaly is published; part of its fingerprint
 * @param series subject; {@code operation} "*" for the service as a whole
 * @param change whether the episode opened, continues, or is resolved
 * @param rule name of the rule that is broken; null when there is none
 * @param startMs start of the window that the values are of
 * @param endMs end of that window
 * @param observed observed values, by feature with its unit
 * @param expected expected values; {@code _low} and {@code _high} bound the usual range
 * @param contributions share of each feature in the score, adding up to 1; empty when no feature
 *     deviates
 * @param summary one sentence
 * @param basis what the confidence of the episode is
 * @param engine learned engine that found it; null for a rule
 * @param metric metric whose values deviate, part of the fingerprint; null for spans and rules
 */
public record Finding(
    Detector detector,
    SeriesId series,
    Change.Reported change,
    @Nullable String rule,
    long startMs,
    long endMs,
    Map<String, Double> observed,
    Map<String, Double> expected,
    Map<String, Double> contributions,
    String summary,
    ConfidenceBasis basis,
    @Nullable String engine,
    @Nullable String metric) {

  /** A finding of a rule, whose confidence is 1, or of a learned detector, which is a rank. */
  public Finding(
      Detector detector,
      SeriesId series,
      Change.Reported change,
      @Nullable String rule,
      long startMs,
      long endMs,
      Map<String, Double> observed,
      Map<String, Double> expected,
      Map<String, Double> contributions,
      String summary) {
    this(
        detector,
        series,
        change,
        rule,
        startMs,
        endMs,
        observed,
        expected,
        contributions,
        summary,
        detector == Detector.ISOLATION_FOREST ? ConfidenceBasis.RANK : ConfidenceBasis.RULE,
        null,
        null);
  }

  /** The same finding with another basis of the confidence. */
  public Finding withBasis(ConfidenceBasis other) {
    return copy(detector, other, engine, metric);
  }

  /** The same finding under the name of another detector. */
  public Finding by(Detector other) {
    return copy(other, basis, engine, metric);
  }

  /** The same finding of a learned engine. */
  public Finding byEngine(String other) {
    return copy(detector, basis, other, metric);
  }

  /** The same finding of the values of a metric. */
  public Finding ofMetric(String other) {
    return copy(detector, basis, engine, other);
  }

  private Finding copy(
      Detector by, ConfidenceBasis on, @Nullable String found, @Nullable String of) {
    return new Finding(
        by,
        series,
        change,
        rule,
        startMs,
        endMs,
        observed,
        expected,
        contributions,
        summary,
        on,
        found,
        of);
  }

  public String fingerprint() {
    String name = rule == null ? metric : rule;
    return Fingerprint.of(series, detector, change.episode().kind(), name == null ? "" : name);
  }

  /** Id of the episode. */
  public String anomalyId() {
    return Fingerprint.anomalyId(fingerprint(), change.episode().openedAtMs());
  }
}
