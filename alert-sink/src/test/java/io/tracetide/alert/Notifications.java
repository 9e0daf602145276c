package io.tracetide.alert;

import io.tracetide.alert.contract.InputReader;
import io.tracetide.alert.contract.NotificationWriter;
import io.tracetide.alert.decision.AlertTimes;
import io.tracetide.alert.decision.Input;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/** Notifications for tests. */
public final class Notifications {
  public static final Instant DECIDED_AT = Instant.parse("2026-03-01T10:00:01Z");

  public static Notification firing(String receiver, String fingerprint, long sequence) {
    return of(receiver, sequence, Anomalies.open(fingerprint).build());
  }

  public static Notification resolved(String receiver, String fingerprint, long sequence) {
    return of(receiver, sequence, Anomalies.resolved(fingerprint, 1).build());
  }

  public static Notification of(String receiver, long sequence, Anomaly anomaly) {
    boolean open = anomaly.getState() == AnomalyState.OPEN;
    String group = "{fingerprint=\"" + anomaly.getFingerprint() + "\"}";
    return Notification.newBuilder()
        .setTenantId("default")
        .setNotificationId(receiver + "/" + anomaly.getFingerprint() + "/" + sequence)
        .setReceiver(receiver)
        .setGroupKey(group)
        .setSequence(sequence)
        .setStatus(open ? AlertStatus.FIRING : AlertStatus.RESOLVED)
        .setReason(
            open ? NotificationReason.FIRST_NOTIFICATION : NotificationReason.ALL_ALERTS_RESOLVED)
        .setDecidedAt(DECIDED_AT)
        .setAlerts(List.of(alert(anomaly)))
        .build();
  }

  /** The same notification of another tenant. */
  public static Notification ofTenant(String tenant, Notification notification) {
    return Notification.newBuilder(notification).setTenantId(tenant).build();
  }

  /** The alert behind an anomaly, as in a notification. */
  public static Alert alert(Anomaly anomaly) {
    Input.AnomalyReport report = InputReader.report(anomaly);
    Instant endsAt = report.open() ? null : report.endsAt();
    TrackedAlert tracked =
        new TrackedAlert(
            report.fingerprint(),
            report.content(),
            report.open() ? Phase.FIRING : Phase.RESOLVED,
            new AlertTimes(anomaly.getOpenedAt(), endsAt, DECIDED_AT, DECIDED_AT),
            report.episode(),
            null,
            Collections.emptySortedSet(),
            null);
    return NotificationWriter.alert(tracked, anomaly);
  }

  public static String key(Notification notification) {
    return notification.getReceiver() + "|" + notification.getGroupKey();
  }

  private Notifications() {}
}
