package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.PlainText;
import io.tracetide.alert.channel.WebLink;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.MeasuredValue;
import io.tracetide.alert.message.TraceLink;
import io.tracetide.schemas.Alert;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The plain text of a mail. */
final class MailText {
  /** Alerts that a mail describes; it has the number of the others. */
  static final int MAX_ALERTS = 20;

  private static final int MAX_LINE = 1_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  static String of(AlertMessage message) {
    StringBuilder text = new StringBuilder();
    line(text, message.title());
    line(text, message.summary());
    text.append('\n');
    line(text, "Reason: " + message.reason());
    line(text, "Severity: " + lower(message.severity()));
    line(text, "Tenant: " + message.notification().getTenantId());
    message.alerts().stream().limit(MAX_ALERTS).forEach(alert -> append(text, alert));
    if (more(message) > 0) {
      text.append('\n');
      line(text, "and " + more(message) + " further alerts of the group");
    }
    text.append('\n');
    link(text, "Dashboard", message.links().dashboard());
    link(text, "Silence", message.links().silence());
    link(text, "Acknowledge", message.links().acknowledge());
    return text.toString();
  }

  private static void append(StringBuilder text, AlertDetails details) {
    Alert alert = details.alert();
    text.append('\n');
    line(text, alert.getStatus() + " [" + lower(details.severity()) + "] " + details.summary());
    line(text, "  " + times(alert));
    line(text, "  " + labels(alert));
    for (MeasuredValue measure : details.measures()) {
      line(text, "  " + measure.feature() + ": " + measure.text());
    }
    for (TraceLink trace : details.traces()) {
      line(text, "  Trace (" + trace.kind() + "): " + trace.traceId() + spaced(trace.url()));
    }
    link(text, "  Runbook", details.runbook());
  }

  private static String spaced(String url) {
    return WebLink.of(url).map(safe -> " " + safe).orElse("");
  }

  /** Begin and end of an alert. */
  static String times(Alert alert) {
    String started = "Started " + time(alert.getStartsAt());
    return alert.getEndsAt() == null ? started : started + ", ended " + time(alert.getEndsAt());
  }

  static String labels(Alert alert) {
    return new TreeMap<>(alert.getLabels())
        .entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(" "));
  }

  /** Alerts of the group that the mail does not describe. */
  static int more(AlertMessage message) {
    return Math.max(0, message.alerts().size() - MAX_ALERTS) + message.omitted();
  }

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String time(Instant time) {
    return TIME.format(time);
  }

  private static void link(StringBuilder text, String name, String url) {
    WebLink.of(url).ifPresent(safe -> line(text, name + ": " + safe));
  }

  private static void line(StringBuilder text, String line) {
    text.append(PlainText.oneLine(line, MAX_LINE)).append('\n');
  }

  private MailText() {}
}
