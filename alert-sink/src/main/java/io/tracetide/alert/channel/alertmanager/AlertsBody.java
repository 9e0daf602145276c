package io.tracetide.alert.channel.alertmanager;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.channel.WebLink;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.TraceLink;
import io.tracetide.schemas.Alert;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The alerts of a notification as {@code POST /api/v2/alerts} of Alertmanager expects them. {@code
 * generatorURL} is the page of the system that raised the alert, else the dashboard.
 */
final class AlertsBody {
  private static final String SEVERITY = "severity";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Duration validFor;

  AlertsBody(Duration validFor) {
    this.validFor = validFor;
  }

  /**
   * The body.
   *
   * @param before severities of the last notification of the group; an alert with another severity
   *     is resolved
   * @param now from which {@code validFor} counts
   */
  byte[] of(AlertMessage message, SentSeverities before, Instant now) {
    List<Map<String, Object>> alerts = new ArrayList<>();
    for (AlertDetails details : message.alerts()) {
      String former = before.byFingerprint().get(details.alert().getFingerprint());
      if (former != null && !former.equals(details.label(SEVERITY))) {
        Map<String, String> labels = new TreeMap<>(details.alert().getLabels());
        labels.put(SEVERITY, former);
        alerts.add(alert(message, details, labels, later(details.alert().getStartsAt(), now)));
      }
      alerts.add(alert(message, details, details.alert().getLabels(), end(message, details, now)));
    }
    try {
      return JSON.writeValueAsBytes(alerts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, lists and maps are JSON", e);
    }
  }

  private static Map<String, Object> alert(
      AlertMessage message, AlertDetails details, Map<String, String> labels, Instant endsAt) {
    Map<String, String> valid = valid(labels);
    valid.putIfAbsent("alertname", "Tracetide");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("labels", valid);
    json.put("annotations", annotations(details));
    json.put("startsAt", details.alert().getStartsAt().toString());
    json.put("endsAt", endsAt.toString());
    WebLink.of(details.alert().getGeneratorUrl())
        .or(() -> WebLink.of(message.links().dashboard()))
        .ifPresent(page -> json.put("generatorURL", page));
    return json;
  }

  private Instant end(AlertMessage message, AlertDetails details, Instant now) {
    Alert alert = details.alert();
    if (details.isFiring()) {
      return later(alert.getStartsAt(), now.plus(validFor));
    }
    Instant end =
        alert.getEndsAt() == null ? message.notification().getDecidedAt() : alert.getEndsAt();
    return later(alert.getStartsAt(), end);
  }

  /** Alertmanager refuses an alert that ends before it starts. */
  private static Instant later(Instant start, Instant end) {
    return end.isBefore(start) ? start : end;
  }

  private static Map<String, String> annotations(AlertDetails details) {
    Map<String, String> annotations = new TreeMap<>(details.alert().getAnnotations());
    annotations.putIfAbsent("summary", details.summary());
    if (!details.runbook().isEmpty()) {
      annotations.put("runbook_url", details.runbook());
    }
    for (TraceLink trace : details.traces()) {
      annotations.put(
          "trace_" + trace.kind(), trace.url().isEmpty() ? trace.traceId() : trace.url());
    }
    return valid(annotations);
  }

  /** Labels with valid names; those with an empty value are left out, as Alertmanager requires. */
  private static Map<String, String> valid(Map<String, String> labels) {
    Map<String, String> valid = new TreeMap<>();
    new TreeMap<>(labels)
        .forEach(
            (name, value) -> {
              if (!value.isEmpty() && !name.isEmpty()) {
                valid.putIfAbsent(labelName(name), wellFormed(value));
              }
            });
    return valid;
  }

  /** The text without unpaired surrogates, which UTF-8 cannot express. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** The name with an underscore for each character that a label name cannot have. */
  static String labelName(String name) {
    String valid = name.replaceAll("[^a-zA-Z0-9_]", "_");
    return Character.isDigit(valid.charAt(0)) ? "_" + valid : valid;
  }
}
