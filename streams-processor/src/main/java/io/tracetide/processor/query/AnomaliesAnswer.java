package io.tracetide.processor.query;

import io.tracetide.schemas.Anomaly;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/anomalies}, newest first.
 *
 * @param total how many matched; more than are listed when {@code limit} cut the list
 */
public record AnomaliesAnswer(
    boolean partial, List<String> missing, int total, List<Item> anomalies) {
  public AnomaliesAnswer {
    missing = List.copyOf(missing);
    anomalies = List.copyOf(anomalies);
  }

  /** Traces worth opening; null where there is none. */
  public record Exemplars(
      @Nullable String slowest, @Nullable String error, @Nullable String typical) {}

  /**
   * One episode of deviation, in its latest revision.
   *
   * @param rule name of the rule that found it; null for learned detectors
   * @param resolvedAt null while open
   * @param observed what was seen in the window, by feature; the unit is in the feature's name
   * @param contributions share of each feature in the score, 0 to 1
   * @param traceIds traces that broke the rule, newest first; empty when it is of windows
   */
  public record Item(
      String anomalyId,
      String fingerprint,
      String tenant,
      String service,
      String operation,
      String detector,
      String kind,
      @Nullable String rule,
      String severity,
      @Nullable Double confidence,
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
      Exemplars exemplars,
      List<String> traceIds) {

    static Item of(Anomaly anomaly) {
      return new Item(
          anomaly.getAnomalyId(),
          anomaly.getFingerprint(),
          anomaly.getTenantId(),
          anomaly.getServiceName(),
          anomaly.getOperationName(),
          anomaly.getDetector().name(),
          anomaly.getKind().name(),
          anomaly.getRule(),
          anomaly.getSeverity().name(),
          Figure.exact(anomaly.getConfidence()),
          anomaly.getState().name(),
          anomaly.getRevision(),
          anomaly.getOpenedAt(),
          anomaly.getUpdatedAt(),
          anomaly.getResolvedAt(),
          anomaly.getWindowStart(),
          anomaly.getWindowEnd(),
          figures(anomaly.getObserved()),
          figures(anomaly.getExpected()),
          figures(anomaly.getContributions()),
          anomaly.getSummary(),
          new Exemplars(
              anomaly.getExemplars().getSlowest(),
              anomaly.getExemplars().getError(),
              anomaly.getExemplars().getTypical()),
          List.copyOf(anomaly.getTraceIds()));
    }

    private static Map<String, @Nullable Double> figures(Map<String, Double> values) {
      Map<String, @Nullable Double> figures = new TreeMap<>();
      values.forEach((feature, value) -> figures.put(feature, Figure.exact(value)));
      return Collections.unmodifiableMap(figures);
    }
  }
}
