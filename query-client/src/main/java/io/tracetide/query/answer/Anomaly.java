package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One episode of deviation, in its latest revision.
 *
 * @param fingerprint the same for all anomalies of one series, kind and detector
 * @param rule name of the breached rule; null for learned detectors
 * @param severity {@code LOW}, {@code MEDIUM}, {@code HIGH} or {@code CRITICAL}
 * @param confidence 0 to 1; null when it is not known
 * @param state {@code OPEN} or {@code RESOLVED}
 * @param resolvedAt null while open
 * @param observed values by feature, whose name has the unit
 * @param contributions share of each feature in the score, 0 to 1
 * @param traceIds traces that breached the rule, newest first
 * @param incident null when it is not known
 */
public record Anomaly(
    String anomalyId,
    String fingerprint,
    String tenant,
    String service,
    String operation,
    String detector,
    String kind,
    @Nullable String rule,
    @Nullable String engine,
    @Nullable String metric,
    String severity,
    @Nullable Double confidence,
    @Nullable String confidenceBasis,
    String state,
    int revision,
    Instant openedAt,
    Instant updatedAt,
    @Nullable Instant resolvedAt,
    Instant windowStart,
    Instant windowEnd,
    Map<String, @Nullable Double> observed,
    Map<String, @Nullable Double> expected,
    Map<String, @Nullable Double> contributions,
    String summary,
    @Nullable Exemplars exemplars,
    List<String> traceIds,
    List<Feature> features,
    @Nullable Peak peak,
    @Nullable IncidentLink incident) {

  public Anomaly {
    observed = Values.map(observed);
    expected = Values.map(expected);
    contributions = Values.map(contributions);
    traceIds = Values.list(traceIds);
    features = Values.list(features);
  }

  public boolean isOpen() {
    return state.equals("OPEN");
  }

  /** One feature with its expected band; null where there is none. */
  public record Feature(
      String name,
      @Nullable Double observed,
      @Nullable Double expected,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Double contribution) {}

  /** The window with the greatest deviation. */
  public record Peak(
      Instant windowStart,
      Instant windowEnd,
      Map<String, @Nullable Double> observed,
      Map<String, @Nullable Double> expected,
      Map<String, @Nullable Double> contributions,
      @Nullable Exemplars exemplars,
      List<Feature> features) {
    public Peak {
      observed = Values.map(observed);
      expected = Values.map(expected);
      contributions = Values.map(contributions);
      features = Values.list(features);
    }
  }

  /** The incident of an anomaly. */
  public record IncidentLink(
      String incidentId, Instant openedAt, int anomalies, @Nullable Origin origin) {}

  /** The most likely origin of an incident; the operation is null when it is not known. */
  public record Origin(String service, @Nullable String operation) {}
}
