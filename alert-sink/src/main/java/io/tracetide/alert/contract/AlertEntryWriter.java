package io.tracetide.alert.contract;

import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Notification;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes notifications as entries of the audit trail. Annotations are left out, because parts of
 * them are free text.
 */
public final class AlertEntryWriter {

  private AlertEntryWriter() {}

  public static AuditEntry entry(Notification notification) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("receiver", notification.getReceiver());
    details.put("notificationId", notification.getNotificationId());
    details.put("sequence", Long.toString(notification.getSequence()));
    details.put("reason", notification.getReason().name().toLowerCase(Locale.ROOT));
    for (Alert alert : notification.getAlerts()) {
      @Nullable Anomaly anomaly = alert.getAnomaly();
      if (anomaly != null) {
        details.put("anomalyId", anomaly.getAnomalyId());
      }
      alert.getLabels().forEach((name, value) -> details.put("label." + name, value));
    }
    return new AuditEntry(
        notification.getTenantId(),
        notification.getDecidedAt(),
        "sink",
        notification.getStatus() == AlertStatus.FIRING ? "alert.firing" : "alert.resolved",
        notification.getGroupKey(),
        details);
  }
}
