package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/incidents}, newest first.
 *
 * @param total number of matching incidents; more than the list has when the limit shortened it
 */
public record IncidentList(
    boolean partial, List<String> missing, int total, List<Incident> incidents)
    implements QueryAnswer {

  public IncidentList {
    missing = Values.list(missing);
    incidents = Values.list(incidents);
  }

  /**
   * Anomalies that one fault probably caused.
   *
   * @param state {@code OPEN} while one of its anomalies is open, then {@code RESOLVED}
   * @param resolvedAt null while open
   * @param total number of its anomalies; more than the list has when it is long
   */
  public record Incident(
      String incidentId,
      String tenant,
      String severity,
      String state,
      Instant openedAt,
      @Nullable Instant resolvedAt,
      Anomaly.@Nullable Origin origin,
      List<String> services,
      int total,
      List<Part> anomalies) {
    public Incident {
      services = Values.list(services);
      anomalies = Values.list(anomalies);
    }
  }

  /** An anomaly of an incident. */
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
      String summary) {}
}
