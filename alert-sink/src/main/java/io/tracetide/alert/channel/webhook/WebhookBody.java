package io.tracetide.alert.channel.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.MessageLinks;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.Peak;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A notification in the format of Alertmanager's webhook (version 4), with further members of
 * Tracetide: {@code notificationId}, {@code sequence}, {@code tenant}, {@code links} of the group,
 * and for each alert its {@code links}, who has acknowledged it, the exemplar {@code traces} and
 * the {@code peak}, the window with the greatest deviation.
 */
public final class WebhookBody {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Alertmanager's text for an unknown time. */
  private static final String NO_TIME = "0001-01-01T00:00:00Z";

  /** The body as JSON in UTF-8. */
  public static byte[] of(AlertMessage message) {
    Notification notification = message.notification();
    List<Alert> alerts = message.alerts().stream().map(AlertDetails::alert).toList();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("version", "4");
    body.put("groupKey", notification.getGroupKey());
    body.put("truncatedAlerts", message.omitted());
    body.put("status", status(notification.getStatus()));
    body.put("receiver", message.receiver());
    body.put("groupLabels", new TreeMap<>(notification.getGroupLabels()));
    body.put("commonLabels", common(alerts, Alert::getLabels));
    body.put("commonAnnotations", common(alerts, Alert::getAnnotations));
    body.put("externalURL", message.links().dashboard());
    body.put("notification_reason", message.reason());
    body.put("alerts", message.alerts().stream().map(WebhookBody::alert).toList());
    body.put("notificationId", notification.getNotificationId());
    body.put("sequence", notification.getSequence());
    body.put("tenant", notification.getTenantId());
    body.put("links", links(message.links()));
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers, lists and maps are JSON", e);
    }
  }

  private static Map<String, String> links(MessageLinks links) {
    Map<String, String> json = new LinkedHashMap<>();
    putUnlessEmpty(json, "dashboard", links.dashboard());
    putUnlessEmpty(json, "silence", links.silence());
    putUnlessEmpty(json, "acknowledge", links.acknowledge());
    return json;
  }

  private static Map<String, Object> alert(AlertDetails details) {
    Alert alert = details.alert();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", status(alert.getStatus()));
    json.put("labels", new TreeMap<>(alert.getLabels()));
    json.put("annotations", new TreeMap<>(alert.getAnnotations()));
    json.put("startsAt", alert.getStartsAt().toString());
    json.put("endsAt", alert.getEndsAt() == null ? NO_TIME : alert.getEndsAt().toString());
    json.put("generatorURL", alert.getGeneratorUrl());
    json.put("fingerprint", alert.getFingerprint());
    if (alert.getAcknowledgedBy() != null) {
      json.put("acknowledgedBy", alert.getAcknowledgedBy());
    }
    @Nullable Anomaly anomaly = alert.getAnomaly();
    if (anomaly != null) {
      json.put("traces", traces(anomaly.getExemplars()));
      if (anomaly.getPeak() != null) {
        json.put("peak", peak(anomaly.getPeak()));
      }
    }
    Map<String, String> links = new LinkedHashMap<>();
    putUnlessEmpty(links, "runbook", details.runbook());
    details.traces().forEach(trace -> putUnlessEmpty(links, trace.kind(), trace.url()));
    json.put("links", links);
    return json;
  }

  private static void putUnlessEmpty(Map<String, String> json, String key, String text) {
    if (!text.isEmpty()) {
      json.put(key, text);
    }
  }

  private static Map<String, Object> peak(Peak peak) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("windowStart", peak.getWindowStart().toString());
    json.put("windowEnd", peak.getWindowEnd().toString());
    json.put("observed", finite(peak.getObserved()));
    json.put("expected", finite(peak.getExpected()));
    json.put("contributions", finite(peak.getContributions()));
    json.put("traces", traces(peak.getExemplars()));
    return json;
  }

  /** The finite values, because JSON has no others. */
  private static Map<String, Double> finite(Map<String, Double> figures) {
    Map<String, Double> finite = new TreeMap<>(figures);
    finite.values().removeIf(value -> !Double.isFinite(value));
    return finite;
  }

  private static Map<String, String> traces(Exemplars exemplars) {
    Map<String, String> traces = new LinkedHashMap<>();
    if (exemplars.getSlowest() != null) {
      traces.put("slowest", exemplars.getSlowest());
    }
    if (exemplars.getError() != null) {
      traces.put("error", exemplars.getError());
    }
    if (exemplars.getTypical() != null) {
      traces.put("typical", exemplars.getTypical());
    }
    return traces;
  }

  /** Entries that all alerts have in common. */
  private static Map<String, String> common(
      List<Alert> alerts, Function<Alert, Map<String, String>> texts) {
    if (alerts.isEmpty()) {
      return Map.of();
    }
    Map<String, String> common = new HashMap<>(texts.apply(alerts.get(0)));
    alerts.forEach(alert -> common.entrySet().retainAll(texts.apply(alert).entrySet()));
    return new TreeMap<>(common);
  }

  private static String status(AlertStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private WebhookBody() {}
}
