package io.tracetide.processor.anomaly;

import io.tracetide.processor.window.SeriesId;
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
    String summary) {

  /** The same finding under the name of another detector. */
  public Finding by(Detector other) {
    return new Finding(
        other, series, change, rule, startMs, endMs, observed, expected, contributions, summary);
  }

  public String fingerprint() {
    return Fingerprint.of(series, detector, change.episode().kind(), rule == null ? "" : rule);
  }

  /** Id of the episode. */
  public String anomalyId() {
    return Fingerprint.anomalyId(fingerprint(), change.episode().openedAtMs());
  }
}
