package io.tracetide.alert.channel.log;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.PlainText;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Notification;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line per alert to the logger {@code tracetide.alerts}, a warning while it fires:
 *
 * <pre>
 * FIRING [HIGH] checkout POST /pay: p95 is 840 ms, 7 times what is usual tenant=default ...
 * </pre>
 */
final class LogChannel implements Channel {
  private static final Logger ALERTS = LoggerFactory.getLogger("tracetide.alerts");
  private static final int MAX_TEXT = 256;

  @Override
  public String kind() {
    return "log";
  }

  @Override
  public DeliveryResult deliver(Notification notification) {
    for (Alert alert : notification.getAlerts()) {
      if (alert.getStatus() == AlertStatus.FIRING) {
        ALERTS.warn("{}", line(notification, alert));
      } else {
        ALERTS.info("{}", line(notification, alert));
      }
    }
    return new DeliveryResult.Delivered();
  }

  static String line(Notification notification, Alert alert) {
    var anomaly = alert.getAnomaly();
    List<String> words = new ArrayList<>();
    words.add(alert.getStatus().name());
    words.add("[" + anomaly.getSeverity() + "]");
    words.add(text(anomaly.getServiceName()));
    words.add(text(anomaly.getOperationName()) + ":");
    words.add(text(anomaly.getSummary()));
    words.add("tenant=" + text(notification.getTenantId()));
    words.add("alertname=" + text(alert.getLabels().getOrDefault("alertname", "")));
    words.add("startsAt=" + alert.getStartsAt());
    if (alert.getEndsAt() != null) {
      words.add("endsAt=" + alert.getEndsAt());
    }
    if (anomaly.getExemplars().getSlowest() != null) {
      words.add("trace=" + text(anomaly.getExemplars().getSlowest()));
    }
    words.add("fingerprint=" + text(alert.getFingerprint()));
    words.add("notification=" + text(notification.getNotificationId()));
    return String.join(" ", words);
  }

  private static String text(String text) {
    return PlainText.oneLine(text, MAX_TEXT);
  }

  @Override
  public void close() {}
}
