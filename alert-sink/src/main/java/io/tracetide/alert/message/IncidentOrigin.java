package io.tracetide.alert.message;

import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Incident;
import io.tracetide.schemas.Notification;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The most likely origin of an incident.
 *
 * @param operation null when it is not known which one
 */
record IncidentOrigin(String service, @Nullable String operation) {

  /** Label of alerts with the id of their incident. */
  static final String INCIDENT = "incident";

  /** As in the latest anomaly of a notification, if its alerts are grouped by incident. */
  static Optional<IncidentOrigin> of(Notification notification) {
    if (!notification.getGroupLabels().containsKey(INCIDENT)) {
      return Optional.empty();
    }
    return notification.getAlerts().stream()
        .map(Alert::getAnomaly)
        .filter(anomaly -> anomaly != null && anomaly.getIncident() != null)
        .max(Comparator.comparing(Anomaly::getUpdatedAt))
        .map(Anomaly::getIncident)
        .map(IncidentOrigin::of);
  }

  private static IncidentOrigin of(Incident incident) {
    return new IncidentOrigin(incident.getOriginService(), incident.getOriginOperation());
  }

  /** The alerts, those of the origin first. */
  List<Alert> first(List<Alert> alerts) {
    return alerts.stream().sorted(Comparator.comparing(alert -> !is(alert))).toList();
  }

  /** Whether an alert is of this service and operation, or of the service if no one is known. */
  boolean is(Alert alert) {
    return service.equals(alert.getLabels().get("service"))
        && (operation == null || Objects.equals(operation, alert.getLabels().get("operation")));
  }

  @Override
  public String toString() {
    return operation == null ? service : service + " " + operation;
  }
}
