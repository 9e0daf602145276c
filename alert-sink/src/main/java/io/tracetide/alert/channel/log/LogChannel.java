package io.tracetide.alert.channel.log;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.PlainText;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.TraceLink;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  public boolean sends(NotificationReason reason) {
    return !AlertMessage.isAboutAcknowledgement(reason);
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    for (AlertDetails alert : message.alerts()) {
      if (alert.isFiring()) {
        ALERTS.warn("{}", line(message.notification(), alert));
      } else {
        ALERTS.info("{}", line(message.notification(), alert));
      }
    }
    if (message.omitted() > 0) {
      ALERTS.warn("and {} further alerts of the group", message.omitted());
    }
    return new DeliveryResult.Delivered();
  }

  static String line(Notification notification, AlertDetails details) {
    Alert alert = details.alert();
    List<String> words = new ArrayList<>();
    words.add(alert.getStatus().name());
    words.add("[" + details.severity() + "]");
    String subject =
        Stream.of(details.label("service"), details.label("operation"))
            .filter(name -> !name.isEmpty())
            .map(LogChannel::text)
            .collect(Collectors.joining(" "));
    if (!subject.isEmpty()) {
      words.add(subject + ":");
    }
    words.add(text(details.summary()));
    words.add("tenant=" + text(notification.getTenantId()));
    words.add("alertname=" + text(alert.getLabels().getOrDefault("alertname", "")));
    words.add("startsAt=" + alert.getStartsAt());
    if (alert.getEndsAt() != null) {
      words.add("endsAt=" + alert.getEndsAt());
    }
    trace(details).ifPresent(trace -> words.add("trace=" + text(trace.traceId())));
    words.add("fingerprint=" + text(alert.getFingerprint()));
    words.add("notification=" + text(notification.getNotificationId()));
    return String.join(" ", words);
  }

  /** The exemplar trace of an error for an alert of errors, else the slowest. */
  private static Optional<TraceLink> trace(AlertDetails details) {
    boolean failed = details.label("kind").equals("error_rate");
    return details.traces().stream()
        .filter(trace -> trace.kind().equals(failed ? "error" : "slowest"))
        .findFirst()
        .or(() -> details.traces().stream().findFirst());
  }

  private static String text(String text) {
    return PlainText.oneLine(text, MAX_TEXT);
  }

  /** A log has a line for each alert. */
  @Override
  public boolean combines() {
    return false;
  }

  @Override
  public void close() {}
}
