package io.tracetide.alert.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Notifications;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertEntryWriterTest {

  private static final Anomaly SLOW_STEP =
      Anomalies.open("370f01")
          .setKind(AnomalyKind.STEP_TIMEOUT)
          .setRule("order-flow.maxStepDuration.reserve")
          .setSeverity(Severity.CRITICAL)
          .build();
  private static final Anomaly STUCK =
      Anomalies.open("843616").setKind(AnomalyKind.STUCK_TRACE).build();

  @Test
  void shouldNameEachAlertOfAGroupWithItsOwnLabels() {
    List<AuditEntry> entries =
        AlertEntryWriter.entries(
            notification(Notifications.alert(SLOW_STEP), Notifications.alert(STUCK)));

    assertThat(entries)
        .extracting(entry -> entry.getDetails().get("anomalyId"))
        .containsExactly(SLOW_STEP.getAnomalyId(), STUCK.getAnomalyId());
    assertThat(entries.get(0).getDetails())
        .containsEntry("fingerprint", "370f01")
        .containsEntry("label.severity", "critical")
        .containsEntry("label.rule", "order-flow.maxStepDuration.reserve");
    assertThat(entries.get(1).getDetails())
        .containsEntry("fingerprint", "843616")
        .containsEntry("label.alertname", "StuckTrace")
        .containsEntry("label.severity", "high")
        .doesNotContainKey("label.rule");
    assertThat(entries)
        .allSatisfy(
            entry -> {
              assertThat(entry.getSubject()).isEqualTo("{service=\"checkout\"}");
              assertThat(entry.getTimestamp()).isEqualTo(Notifications.DECIDED_AT);
              assertThat(entry.getDetails())
                  .containsEntry("receiver", "ops")
                  .containsEntry("notificationId", "n7")
                  .containsEntry("sequence", "7")
                  .containsEntry("alerts", "2")
                  .doesNotContainKey("omittedAlerts");
            });
  }

  @Test
  void shouldHaveTheStatusOfTheAlertAndThatOfTheNotification() {
    Anomaly ended = Anomalies.resolved("843616", 1).build();

    List<AuditEntry> entries =
        AlertEntryWriter.entries(
            notification(Notifications.alert(SLOW_STEP), Notifications.alert(ended)));

    assertThat(entries)
        .extracting(AuditEntry::getAction)
        .containsExactly("alert.firing", "alert.resolved");
    assertThat(entries)
        .allSatisfy(
            entry -> assertThat(entry.getDetails()).containsEntry("notificationStatus", "firing"));
  }

  @Test
  void shouldSayHowManyAlertsANotificationHasWithoutNamingThem() {
    Notification notification =
        Notification.newBuilder(notification(Notifications.alert(STUCK)))
            .setOmittedAlerts(31)
            .build();

    assertThat(AlertEntryWriter.entries(notification))
        .singleElement()
        .extracting(AuditEntry::getDetails)
        .satisfies(details -> assertThat(details).containsEntry("omittedAlerts", "31"));
  }

  @Test
  void shouldNameAnAlertOfAnotherSystemByItsFingerprint() {
    Alert alert =
        Alert.newBuilder()
            .setFingerprint("5c3a")
            .setStatus(AlertStatus.FIRING)
            .setStartsAt(Instant.parse("2026-03-01T10:00:00Z"))
            .setLabels(Map.of("alertname", "DiskFull"))
            .setAnnotations(Map.of("description", "free text"))
            .setGeneratorUrl("")
            .build();

    assertThat(AlertEntryWriter.entries(notification(alert)))
        .singleElement()
        .extracting(AuditEntry::getDetails)
        .satisfies(
            details ->
                assertThat(details)
                    .containsEntry("fingerprint", "5c3a")
                    .containsEntry("label.alertname", "DiskFull")
                    .doesNotContainKey("anomalyId")
                    .doesNotContainValue("free text"));
  }

  private static Notification notification(Alert... alerts) {
    return Notification.newBuilder(Notifications.firing("ops", "any", 7))
        .setNotificationId("n7")
        .setGroupKey("{service=\"checkout\"}")
        .setAlerts(List.of(alerts))
        .build();
  }
}
