package io.tracetide.query;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person says about an anomaly, to be given with {@link TracetideQueries#giveFeedback}.
 *
 * @param verdict {@code true_positive}, {@code false_positive} or {@code expected}; a later version
 *     may accept more
 * @param by who says so
 * @param comment may be empty
 * @param until end of what is expected, at most 366 days from now; null for the other verdicts
 * @param anomalyId refuses the feedback when the alert is of another anomaly by now; null for
 *     whichever it is
 */
public record FeedbackOrder(
    String verdict,
    String by,
    String comment,
    @Nullable Instant until,
    @Nullable String anomalyId) {

  /** It was a fault: the anomaly stays open, and an earlier judgement does not hold any more. */
  public static FeedbackOrder truePositive(String by, String comment) {
    return new FeedbackOrder("true_positive", by, comment, null, null);
  }

  /** It was no fault: the anomaly is closed, and later ones must deviate further. */
  public static FeedbackOrder falsePositive(String by, String comment) {
    return new FeedbackOrder("false_positive", by, comment, null, null);
  }

  /** It is expected until then: the anomaly is closed, and later ones are not reported. */
  public static FeedbackOrder expected(String by, String comment, Instant until) {
    return new FeedbackOrder("expected", by, comment, until, null);
  }

  /** The same on this anomaly only. */
  public FeedbackOrder of(String anomaly) {
    return new FeedbackOrder(verdict, by, comment, until, anomaly);
  }

  Map<String, String> json() {
    Map<String, String> json = new LinkedHashMap<>();
    json.put("verdict", verdict);
    json.put("by", by);
    json.put("comment", comment);
    if (until != null) {
      json.put("until", until.toString());
    }
    if (anomalyId != null) {
      json.put("anomalyId", anomalyId);
    }
    return json;
  }
}
