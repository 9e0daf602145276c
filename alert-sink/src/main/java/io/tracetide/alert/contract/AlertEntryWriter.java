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
      details.put("verdict", feedback.getVerdict().name().toLowerCase(Locale.ROOT));
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
