package io.tracetide.alert.channel.log;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.PlainText;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Notification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
    @Nullable String trace = trace(anomaly);
    if (trace != null) {
      words.add("trace=" + text(trace));
    }
    words.add("fingerprint=" + text(alert.getFingerprint()));
    words.add("notification=" + text(notification.getNotificationId()));
    return String.join(" ", words);
  }

  /** The first exemplar trace of the anomaly. */
  private static @Nullable String trace(Anomaly anomaly) {
    Exemplars exemplars = anomaly.getExemplars();
    boolean failed = anomaly.getKind() == AnomalyKind.ERROR_RATE;
    return failed && exemplars.getError() != null ? exemplars.getError() : exemplars.getSlowest();
  }

  private static String text(String text) {
    return PlainText.oneLine(text, MAX_TEXT);
  }

  @Override
  public void close() {}
}
