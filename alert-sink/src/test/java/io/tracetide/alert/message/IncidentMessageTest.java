package io.tracetide.alert.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Incident;
import io.tracetide.schemas.Notification;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IncidentMessageTest {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");

  @Test
  void shouldTitleAndBeginWithTheOrigin() {
    AlertMessage message =
        message(
            anomaly("gateway", "get", "stock", "count", 10),
            anomaly("stock", "count", "stock", "count", 20));

    assertThat(message.title()).isEqualTo("[FIRING:2] service=stock tenant=acme");
    assertThat(message.alerts())
        .extracting(alert -> alert.label("service"))
        .containsExactly("stock", "gateway");
    assertThat(message.summary()).endsWith("(and 1 other)");
  }

  @Test
  void shouldNameAnOriginWithoutAnAlertOfItsOwn() {
    AlertMessage message =
        message(
            anomaly("gateway", "get", "gateway", "get", 10),
            anomaly("gateway", "put", "stock", null, 20));

    assertThat(message.title()).isEqualTo("[FIRING:2] service=stock tenant=acme");
    assertThat(message.summary()).endsWith("(and 1 other); most likely origin: stock");
  }

  @Test
  void shouldHaveTheOriginAndTheIncidentInTheAlert() {
    Alert alert = Notifications.alert(anomaly("gateway", "get", "stock", "count", 10));

    assertThat(alert.getLabels()).containsEntry("incident", "7");
    assertThat(alert.getAnnotations()).containsEntry("origin", "stock count");
  }

  private static AlertMessage message(Anomaly... anomalies) {
    List<Alert> alerts = List.of(anomalies).stream().map(Notifications::alert).toList();
    return Messages.of(
        Notification.newBuilder(Notifications.of("ops", 1, anomalies[0]))
            .setAlerts(alerts)
            .setGroupLabels(Map.of("tenant", "acme", "incident", "7"))
            .build());
  }

  private static Anomaly anomaly(
      String service, String operation, String origin, @Nullable String of, int afterSeconds) {
    return Anomalies.open(service + operation)
        .setTenantId("acme")
        .setServiceName(service)
        .setOperationName(operation)
        .setUpdatedAt(TEN.plusSeconds(afterSeconds))
        .setIncident(
            Incident.newBuilder()
                .setIncidentId("7")
                .setOpenedAt(TEN)
                .setAnomalies(2)
                .setOriginService(origin)
                .setOriginOperation(of)
                .build())
        .build();
  }
}
