package io.tracetide.standalone.alert;

import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.Links;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Notifications of one alert, for tests of channels. */
final class SampleNotifications {
  private final Instant startsAt = Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
  private final String service;

  SampleNotifications(String service) {
    this.service = service;
  }

  Notification firing() {
    return notification(1, AlertStatus.FIRING, NotificationReason.FIRST_NOTIFICATION, null);
  }

  Notification resolved() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return notification(2, AlertStatus.RESOLVED, NotificationReason.ALL_ALERTS_RESOLVED, now);
  }

  static AlertMessage message(Notification notification) {
    return new MessageBuilder(Links.none()).build(notification);
  }

  private Notification notification(
      long sequence, AlertStatus status, NotificationReason reason, Instant endsAt) {
    Alert alert =
        Alert.newBuilder()
            .setFingerprint(service)
            .setStatus(status)
            .setStartsAt(startsAt)
            .setEndsAt(endsAt)
            .setLabels(
                Map.of(
                    "alertname", "latency",
                    "service", service,
                    "severity", "high",
                    "k8s.pod-name", "pay-0",
                    "rule", ""))
            .setAnnotations(Map.of("summary", "p95 is 840 ms, 7 times what is usual\n{{ quoted }}"))
            .build();
    return Notification.newBuilder()
        .setNotificationId("ops/" + service + "/" + sequence)
        .setReceiver("ops")
        .setGroupKey("{service=\"" + service + "\"}")
        .setSequence(sequence)
        .setStatus(status)
        .setReason(reason)
        .setDecidedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
        .setAlerts(List.of(alert))
        .setGroupLabels(Map.of("service", service))
        .build();
  }
}
