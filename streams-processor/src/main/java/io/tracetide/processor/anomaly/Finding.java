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
    ConfidenceBasis basis) {

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
        detector == Detector.ISOLATION_FOREST ? ConfidenceBasis.RANK : ConfidenceBasis.RULE);
  }

  /** The same finding with another basis of the confidence. */
  public Finding withBasis(ConfidenceBasis other) {
    return copy(detector, other);
  }

  /** The same finding under the name of another detector. */
  public Finding by(Detector other) {
    return copy(other, basis);
  }

  private Finding copy(Detector by, ConfidenceBasis on) {
    return new Finding(
        by, series, change, rule, startMs, endMs, observed, expected, contributions, summary, on);
  }

  public String fingerprint() {
    return Fingerprint.of(series, detector, change.episode().kind(), rule == null ? "" : rule);
  }

  /** Id of the episode. */
  public String anomalyId() {
    return Fingerprint.anomalyId(fingerprint(), change.episode().openedAtMs());
  }
}
