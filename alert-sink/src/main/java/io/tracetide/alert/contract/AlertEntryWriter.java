package io.tracetide.alert.contract;

import io.tracetide.schemas.Acknowledgement;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Feedback;
import io.tracetide.schemas.Matcher;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.Silence;
import io.tracetide.schemas.Unacknowledgement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes notifications and commands as entries of the audit trail. Annotations are left out,
 * because parts of them are free text.
 */
public final class AlertEntryWriter {

  private AlertEntryWriter() {}

  /**
   * The entries of a notification: one for each alert in it, with the labels of only this alert, so
   * that a search by a label finds the alerts that have it. The subject of all is the group, and
   * all have the id of the notification.
   */
  public static List<AuditEntry> entries(Notification notification) {
    Map<String, String> common = new LinkedHashMap<>();
    common.put("receiver", notification.getReceiver());
    common.put("notificationId", notification.getNotificationId());
    common.put("sequence", Long.toString(notification.getSequence()));
    common.put("reason", lowerCase(notification.getReason()));
    common.put("notificationStatus", lowerCase(notification.getStatus()));
    common.put("alerts", Integer.toString(notification.getAlerts().size()));
    if (notification.getOmittedAlerts() > 0) {
      common.put("omittedAlerts", Integer.toString(notification.getOmittedAlerts()));
    }
    return notification.getAlerts().stream()
        .map(alert -> entry(notification, alert, common))
        .toList();
  }

  private static AuditEntry entry(
      Notification notification, Alert alert, Map<String, String> common) {
    Map<String, String> details = new LinkedHashMap<>(common);
    details.put("fingerprint", alert.getFingerprint());
    @Nullable Anomaly anomaly = alert.getAnomaly();
    if (anomaly != null) {
      details.put("anomalyId", anomaly.getAnomalyId());
    }
    alert.getLabels().forEach((name, value) -> details.put("label." + name, value));
    return new AuditEntry(
        notification.getTenantId(),
        notification.getDecidedAt(),
        "sink",
        alert.getStatus() == AlertStatus.FIRING ? "alert.firing" : "alert.resolved",
        notification.getGroupKey(),
        details);
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The entry of a command that was carried out. */
  public static AuditEntry entry(AlertCommand command) {
    Map<String, String> details = new LinkedHashMap<>();
    Object given = command.getCommand();
    String action = "alert.command";
    if (given instanceof Silence silence) {
      action =
          silence.getEndsAt().isAfter(command.getIssuedAt())
              ? "alert.silenced"
              : "alert.silence_expired";
      details.put("author", silence.getCreatedBy());
      details.put("startsAt", silence.getStartsAt().toString());
      details.put("endsAt", silence.getEndsAt().toString());
      details.put(
          "matchers",
          silence.getMatchers().stream()
              .map(AlertEntryWriter::text)
              .collect(Collectors.joining(",")));
    } else if (given instanceof Acknowledgement acknowledgement) {
      action = "alert.acknowledged";
      details.put("author", acknowledgement.getAcknowledgedBy());
      details.put("fingerprint", acknowledgement.getFingerprint());
      details.put("mutedUntilResolved", Boolean.toString(acknowledgement.getMutedUntilResolved()));
    } else if (given instanceof Unacknowledgement unacknowledgement) {
      action = "alert.unacknowledged";
      details.put("author", unacknowledgement.getUnacknowledgedBy());
      details.put("fingerprint", unacknowledgement.getFingerprint());
    } else if (given instanceof Feedback feedback) {
      String revokedBy = feedback.getRevokedBy();
      action = revokedBy == null ? "alert.feedback" : "alert.feedback.revoked";
      details.put("author", revokedBy == null ? feedback.getGivenBy() : revokedBy);
      details.put("anomalyId", feedback.getAnomalyId());
      details.put("verdict", lowerCase(feedback.getVerdict()));
      details.put("comment", feedback.getComment());
      if (feedback.getExpectedUntil() != null) {
        details.put("until", feedback.getExpectedUntil().toString());
      }
    }
    return new AuditEntry(
        command.getTenantId(), command.getIssuedAt(), "sink", action, command.getId(), details);
  }

  private static String text(Matcher matcher) {
    String operator =
        matcher.getIsRegex()
            ? (matcher.getIsEqual() ? "=~" : "!~")
            : (matcher.getIsEqual() ? "=" : "!=");
    return matcher.getName() + operator + "\"" + matcher.getValue() + "\"";
  }
}
