package io.tracetide.alert.message;

import io.tracetide.alert.decision.Severity;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.util.List;
import java.util.Locale;

/**
 * The content of a notification. All texts are plain and may contain any character of the data;
 * each channel escapes them for its format.
 *
 * @param notification the notification, whose receiver is the name of the integration
 * @param receiver name of the receiver in the configuration, which is what people and programs get
 * @param title one line: status, number of firing alerts, what is affected
 * @param summary one sentence: the summary of the most severe alert, and how many others there are
 * @param severity highest severity of the alerts
 * @param alerts the alerts of the notification, in its order
 * @param omitted further alerts of the group that the notification does not have
 * @param links of the group
 */
public record AlertMessage(
    Notification notification,
    String receiver,
    String title,
    String summary,
    Severity severity,
    List<AlertDetails> alerts,
    int omitted,
    MessageLinks links) {

  public AlertMessage {
    alerts = List.copyOf(alerts);
  }

  /** The same message with at most this many of its alerts; the others count as omitted. */
  public AlertMessage withAlerts(int limit) {
    return alerts.size() <= limit
        ? this
        : new AlertMessage(
            notification,
            receiver,
            title,
            summary,
            severity,
            alerts.subList(0, limit),
            omitted + alerts.size() - limit,
            links);
  }

  public boolean isFiring() {
    return notification.getStatus() == AlertStatus.FIRING;
  }

  /** The reason in Alertmanager's wording, for example {@code first notification}. */
  public String reason() {
    return notification.getReason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Whether the notification is only about an acknowledgement, which most channels do not send. */
  public boolean isAboutAcknowledgement() {
    return isAboutAcknowledgement(notification.getReason());
  }

  /** Whether a notification of this reason is only about an acknowledgement. */
  public static boolean isAboutAcknowledgement(NotificationReason reason) {
    return reason == NotificationReason.ACKNOWLEDGED || reason == NotificationReason.UNACKNOWLEDGED;
  }

  /** Identifies the group over all its notifications, for threads and deduplication. */
  public String groupKey() {
    return notification.getGroupKey();
  }
}
