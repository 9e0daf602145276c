package io.tracetide.alert.deliver;

import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Notification;
import java.util.List;

/** Notifications with fewer alerts. */
final class Reduced {

  private Reduced() {}

  /** What a receiver gets that is not notified of resolutions. */
  static Notification withoutResolved(Notification notification) {
    List<Alert> firing =
        notification.getAlerts().stream()
            .filter(alert -> alert.getStatus() == AlertStatus.FIRING)
            .toList();
    return Notification.newBuilder(notification).setAlerts(firing).build();
  }

  /** What ends a delivery, without the alerts, because there may be thousands. */
  static Notification withoutAlerts(Notification notification) {
    return Notification.newBuilder()
        .setTenantId(notification.getTenantId())
        .setNotificationId(notification.getNotificationId())
        .setReceiver(notification.getReceiver())
        .setGroupKey(notification.getGroupKey())
        .setSequence(notification.getSequence())
        .setStatus(notification.getStatus())
        .setReason(notification.getReason())
        .setDecidedAt(notification.getDecidedAt())
        .setAlerts(List.of())
        .build();
  }
}
