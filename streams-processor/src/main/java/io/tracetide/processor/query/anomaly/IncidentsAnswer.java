package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.request.MetricValue;
import io.tracetide.schemas.Anomaly;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/incidents}, newest first.
 *
 * @param total number of matching incidents; more than the list has when {@code limit} shortened it
 */
public record IncidentsAnswer(
    boolean partial, List<String> missing, int total, List<Item> incidents) {

  public IncidentsAnswer {
    missing = List.copyOf(missing);
    incidents = List.copyOf(incidents);
  }

  /**
   * Anomalies that one fault probably caused.
   *
   * @param severity greatest severity of its anomalies
   * @param state OPEN while one of its anomalies is open
   * @param resolvedAt when the last of its anomalies was resolved; null while open
   * @param services services with anomalies, sorted
   * @param total number of its anomalies that are kept; more than the list has when it is long
   * @param anomalies those of the origin first, then in the order in which they opened
   */
  public record Item(
      String incidentId,
      String tenant,
      String severity,
      String state,
      Instant openedAt,
      @Nullable Instant resolvedAt,
      AnomaliesAnswer.Origin origin,
      List<String> services,
      int total,
      List<Part> anomalies) {

    public Item {
      services = List.copyOf(services);
      anomalies = List.copyOf(anomalies);
    }
  }

  /** An anomaly of an incident; {@code /monitoring/anomalies} has all of it. */
  public record Part(
      String anomalyId,
      String service,
      String operation,
      String detector,
      String kind,
      @Nullable String rule,
      @Nullable String engine,
      @Nullable String metric,
      String severity,
      @Nullable Double confidence,
      String state,
      Instant openedAt,
      @Nullable Instant resolvedAt,
      String summary) {

    static Part of(Anomaly anomaly) {
      return new Part(
          anomaly.getAnomalyId(),
          anomaly.getServiceName(),
          anomaly.getOperationName(),
          anomaly.getDetector().name(),
          anomaly.getKind().name(),
          anomaly.getRule(),
          anomaly.getEngine(),
          anomaly.getMetric(),
          anomaly.getSeverity().name(),
          MetricValue.exact(anomaly.getConfidence()),
          anomaly.getState().name(),
          anomaly.getOpenedAt(),
          anomaly.getResolvedAt(),
          anomaly.getSummary());
    }
  }
}
