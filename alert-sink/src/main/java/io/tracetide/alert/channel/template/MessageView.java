package io.tracetide.alert.channel.template;

import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.MeasuredValue;
import io.tracetide.alert.message.MessageLinks;
import io.tracetide.alert.message.TraceLink;
import io.tracetide.schemas.Alert;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A message as the maps, lists and texts that templates refer to. A value that is absent is an
 * empty text, which is false as a condition.
 */
final class MessageView {
  /** Every name that a template may refer to, except names of labels and annotations. */
  static final Set<String> NAMES =
      Set.of(
          "title",
          "summary",
          "status",
          "firing",
          "severity",
          "reason",
          "tenant",
          "receiver",
          "notificationId",
          "groupKey",
          "groupLabels",
          "links",
          "dashboard",
          "silence",
          "acknowledge",
          "alerts",
          "labels",
          "annotations",
          "startsAt",
          "endsAt",
          "fingerprint",
          "acknowledgedBy",
          "measures",
          "feature",
          "observed",
          "expected",
          "text",
          "traces",
          "kind",
          "traceId",
          "url",
          "runbook",
          "generatorUrl",
          "omitted");

  /** The maps with names of the data. */
  static final Set<String> OPEN_MAPS = Set.of("groupLabels", "labels", "annotations");

  static Map<String, Object> of(AlertMessage message) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("title", message.title());
    view.put("summary", message.summary());
    view.put("status", lower(message.notification().getStatus()));
    view.put("firing", message.isFiring());
    view.put("severity", lower(message.severity()));
    view.put("reason", message.reason());
    view.put("tenant", message.notification().getTenantId());
    view.put("receiver", message.receiver());
    view.put("notificationId", message.notification().getNotificationId());
    view.put("groupKey", message.groupKey());
    view.put("groupLabels", new TreeMap<>(message.notification().getGroupLabels()));
    view.put("links", links(message.links()));
    view.put("alerts", message.alerts().stream().map(MessageView::alert).toList());
    view.put("omitted", message.omitted());
    return view;
  }

  private static Map<String, Object> links(MessageLinks links) {
    return Map.of(
        "dashboard", links.dashboard(),
        "silence", links.silence(),
        "acknowledge", links.acknowledge());
  }

  private static Map<String, Object> alert(AlertDetails details) {
    Alert alert = details.alert();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("status", lower(alert.getStatus()));
    view.put("firing", details.isFiring());
    view.put("summary", details.summary());
    view.put("severity", lower(details.severity()));
    view.put("labels", new TreeMap<>(alert.getLabels()));
    view.put("annotations", new TreeMap<>(alert.getAnnotations()));
    view.put("startsAt", alert.getStartsAt().toString());
    view.put("endsAt", alert.getEndsAt() == null ? "" : alert.getEndsAt().toString());
    view.put("fingerprint", alert.getFingerprint());
    view.put("acknowledgedBy", alert.getAcknowledgedBy() == null ? "" : alert.getAcknowledgedBy());
    view.put("measures", details.measures().stream().map(MessageView::measure).toList());
    view.put("traces", details.traces().stream().map(MessageView::trace).toList());
    view.put("runbook", details.runbook());
    view.put("generatorUrl", alert.getGeneratorUrl());
    return view;
  }

  private static Map<String, Object> measure(MeasuredValue measure) {
    return Map.of(
        "feature",
        measure.feature(),
        "observed",
        MeasuredValue.number(measure.observed()),
        "expected",
        measure.expected().isPresent()
            ? MeasuredValue.number(measure.expected().getAsDouble())
            : "",
        "text",
        measure.text());
  }

  private static Map<String, Object> trace(TraceLink trace) {
    return Map.of("kind", trace.kind(), "traceId", trace.traceId(), "url", trace.url());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private MessageView() {}
}
