package io.tracetide.alert.channel.pagerduty;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.channel.PlainText;
import io.tracetide.alert.channel.WebLink;
import io.tracetide.alert.decision.Severity;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.MeasuredValue;
import io.tracetide.alert.message.TraceLink;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.NotificationReason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A notification as an event of PagerDuty's Events API v2.
 *
 * <p>The event is {@code resolve} for a resolved group, {@code acknowledge} for an acknowledgement
 * and {@code trigger} for everything else. An event above 512,000 bytes is sent without {@code
 * custom_details}, and if that is not enough without links.
 */
final class EventBody {
  /** Largest event that PagerDuty accepts. */
  static final int MAX_BYTES = 512_000;

  private static final int MAX_SUMMARY = 1_024;
  private static final int MAX_FIELD = 255;
  private static final int MAX_DETAIL = 2_048;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Secret routingKey;
  private final String receiver;

  EventBody(Secret routingKey, String receiver) {
    this.routingKey = routingKey;
    this.receiver = receiver;
  }

  /** The body; empty when it is too large even without details and links. */
  Optional<byte[]> of(AlertMessage message) {
    Map<String, Object> event = new LinkedHashMap<>();
    String action = action(message);
    event.put("routing_key", routingKey.reveal());
    event.put("event_action", action);
    event.put("dedup_key", dedupKey(message));
    if (action.equals("trigger")) {
      event.put("client", "Tracetide");
      WebLink.of(message.links().dashboard()).ifPresent(url -> event.put("client_url", url));
      event.put("payload", payload(message));
      event.put("links", links(message));
    }
    return bounded(event);
  }

  private static Optional<byte[]> bounded(Map<String, Object> event) {
    byte[] json = write(event);
    if (json.length > MAX_BYTES && event.get("payload") instanceof Map<?, ?> payload) {
      payload.remove("custom_details");
      json = write(event);
    }
    if (json.length > MAX_BYTES) {
      event.remove("links");
      json = write(event);
    }
    return json.length > MAX_BYTES ? Optional.empty() : Optional.of(json);
  }

  private static String action(AlertMessage message) {
    if (!message.isFiring()) {
      return "resolve";
    }
    boolean acknowledged = message.notification().getReason() == NotificationReason.ACKNOWLEDGED;
    return acknowledged ? "acknowledge" : "trigger";
  }

  /** Names the incident: the same over the life of the group, different for each receiver. */
  private String dedupKey(AlertMessage message) {
    String named =
        message.notification().getTenantId() + '\0' + receiver + '\0' + message.groupKey();
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(named.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Map<String, Object> payload(AlertMessage message) {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put(
        "summary",
        PlainText.oneLine(
            message.summary().isEmpty()
                ? message.title()
                : message.title() + ": " + message.summary(),
            MAX_SUMMARY));
    payload.put("source", field(source(message)));
    payload.put("severity", severity(message.severity()));
    payload.put("timestamp", message.notification().getDecidedAt().toString());
    put(payload, "component", label(message, "operation"));
    put(payload, "group", message.groupKey());
    put(payload, "class", label(message, "kind"));
    payload.put("custom_details", details(message));
    return payload;
  }

  private static void put(Map<String, Object> payload, String key, String value) {
    if (!value.isEmpty()) {
      payload.put(key, field(value));
    }
  }

  /** The service, else the first group label, else the tenant. */
  private static String source(AlertMessage message) {
    String service = label(message, "service");
    if (!service.isBlank()) {
      return service;
    }
    return new TreeMap<>(message.notification().getGroupLabels())
        .values().stream()
            .filter(value -> !value.isBlank())
            .findFirst()
            .orElse(message.notification().getTenantId());
  }

  /** A label of the most severe alert, which is the first. */
  private static String label(AlertMessage message, String name) {
    return message.alerts().isEmpty() ? "" : message.alerts().get(0).label(name);
  }

  static String severity(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "critical";
      case HIGH -> "error";
      case MEDIUM -> "warning";
      case LOW -> "info";
    };
  }

  private static Map<String, Object> details(AlertMessage message) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("reason", message.reason());
    details.put("tenant", detail(message.notification().getTenantId()));
    if (!message.alerts().isEmpty()) {
      AlertDetails first = message.alerts().get(0);
      Map<String, Object> observed = new LinkedHashMap<>();
      Map<String, Object> expected = new LinkedHashMap<>();
      for (MeasuredValue measure : first.measures()) {
        observed.put(detail(measure.feature()), measure.observed());
        measure.expected().ifPresent(value -> expected.put(detail(measure.feature()), value));
      }
      details.put("observed", observed);
      details.put("expected", expected);
      Map<String, Object> traces = new LinkedHashMap<>();
      first.traces().forEach(trace -> traces.put(trace.kind(), detail(trace.traceId())));
      details.put("traces", traces);
    }
    details.put("alerts", message.alerts().stream().map(EventBody::alert).toList());
    if (message.omitted() > 0) {
      details.put("omitted_alerts", message.omitted());
    }
    details.put("notification_id", detail(message.notification().getNotificationId()));
    return details;
  }

  private static Map<String, Object> alert(AlertDetails details) {
    Alert alert = details.alert();
    Map<String, String> labels = new TreeMap<>();
    alert.getLabels().forEach((name, value) -> labels.put(detail(name), detail(value)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", alert.getStatus().name().toLowerCase(Locale.ROOT));
    json.put("summary", detail(details.summary()));
    json.put("labels", labels);
    json.put("starts_at", alert.getStartsAt().toString());
    if (alert.getEndsAt() != null) {
      json.put("ends_at", alert.getEndsAt().toString());
    }
    return json;
  }

  private static List<Map<String, String>> links(AlertMessage message) {
    List<Map<String, String>> links = new ArrayList<>();
    link(links, message.links().dashboard(), "Dashboard");
    if (!message.alerts().isEmpty()) {
      AlertDetails first = message.alerts().get(0);
      for (TraceLink trace : first.traces()) {
        link(links, trace.url(), "Trace (" + trace.kind() + ")");
      }
      link(links, first.runbook(), "Runbook");
    }
    link(links, message.links().silence(), "Silence");
    link(links, message.links().acknowledge(), "Acknowledge");
    return links;
  }

  private static void link(List<Map<String, String>> links, String href, String text) {
    WebLink.of(href).ifPresent(safe -> links.add(Map.of("href", safe, "text", text)));
  }

  private static String field(String text) {
    return PlainText.oneLine(text, MAX_FIELD);
  }

  private static String detail(String text) {
    return PlainText.oneLine(text, MAX_DETAIL);
  }

  private static byte[] write(Map<String, Object> event) {
    try {
      return JSON.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers, lists and maps are JSON", e);
    }
  }
}
