package io.tracetide.alert.channel.teams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.channel.PlainText;
import io.tracetide.alert.channel.TemplateFailures;
import io.tracetide.alert.channel.WebLink;
import io.tracetide.alert.channel.template.MessageTemplate;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.MeasuredValue;
import io.tracetide.alert.message.TraceLink;
import io.tracetide.schemas.Alert;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Renders messages as Adaptive Cards 1.4 within the limit of Teams, 28 KB. A card that is too large
 * has fewer alerts.
 *
 * <p>Data is in the runs of a {@code RichTextBlock}, which have no markup; a {@code TextBlock},
 * which has a subset of Markdown, contains links and the text of an operator's template only.
 */
final class TeamsCard {
  static final int MAX_BYTES = 28_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_ALERTS = 10;
  private static final int MAX_MEASURES = 10;
  private static final int MAX_TITLE = 200;
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_NAME = 100;
  private static final int MAX_TEMPLATE_TEXT = 5_000;

  private final Optional<MessageTemplate> template;
  private final TemplateFailures failures;

  TeamsCard(String template, TemplateFailures failures) {
    this.template =
        template.isEmpty()
            ? Optional.empty()
            : Optional.of(
                MessageTemplate.parse(
                    "template", template, TeamsText::markdown, MAX_TEMPLATE_TEXT));
    this.failures = failures;
  }

  /** The request, with as many alerts as the limit permits; larger only if it has none. */
  byte[] of(AlertMessage message) {
    Map<String, Object> summary = summary(message);
    for (int alerts = MAX_ALERTS; alerts > 0; alerts--) {
      byte[] request = request(message.withAlerts(alerts), summary);
      if (request.length <= MAX_BYTES) {
        return request;
      }
    }
    return request(message.withAlerts(0), summary);
  }

  private static byte[] request(AlertMessage message, Map<String, Object> summary) {
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    card.put("type", "AdaptiveCard");
    card.put("version", "1.4");
    card.put("fallbackText", PlainText.oneLine(message.title(), MAX_TITLE));
    card.put("msteams", Map.of("width", "Full"));
    card.put("body", body(message, summary));
    card.put("actions", actions(message));
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("type", "message");
    request.put("summary", PlainText.oneLine(message.title(), MAX_TITLE));
    request.put(
        "attachments",
        List.of(Map.of("contentType", "application/vnd.microsoft.card.adaptive", "content", card)));
    try {
      return JSON.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, lists and maps are JSON", e);
    }
  }

  private static List<Map<String, Object>> body(AlertMessage message, Map<String, Object> summary) {
    List<Map<String, Object>> body = new ArrayList<>();
    Map<String, Object> title = run(PlainText.oneLine(message.title(), MAX_TITLE));
    title.put("size", "Large");
    title.put("weight", "Bolder");
    title.put("color", color(message));
    body.add(richText(List.of(title)));
    body.add(summary);
    boolean several = message.alerts().size() + message.omitted() > 1;
    message.alerts().forEach(alert -> body.addAll(alert(alert, several)));
    if (message.omitted() > 0) {
      body.add(richText(List.of(subtle("and " + message.omitted() + " more"))));
    }
    return body;
  }

  private Map<String, Object> summary(AlertMessage message) {
    return template
        .flatMap(each -> each.render(message, failures))
        .filter(text -> !text.isBlank())
        .map(TeamsCard::markdown)
        .orElseGet(() -> richText(List.of(run(PlainText.lines(message.summary(), MAX_TEXT)))));
  }

  private static List<Map<String, Object>> alert(AlertDetails details, boolean several) {
    List<Map<String, Object>> blocks = new ArrayList<>();
    if (several) {
      Map<String, Object> heading =
          run(details.severity() + " " + PlainText.lines(details.summary(), MAX_TEXT));
      heading.put("weight", "Bolder");
      Map<String, Object> block = richText(List.of(heading));
      block.put("separator", true);
      blocks.add(block);
    }
    details.measures().stream()
        .limit(MAX_MEASURES)
        .forEach(measure -> blocks.add(richText(measure(measure))));
    blocks.add(richText(List.of(subtle(about(details)))));
    List<String> links = new ArrayList<>();
    details.traces().forEach(trace -> link(trace).ifPresent(links::add));
    if (!links.isEmpty()) {
      blocks.add(markdown(String.join(" · ", links)));
    }
    return blocks;
  }

  private static List<Map<String, Object>> measure(MeasuredValue measure) {
    Map<String, Object> name = run(PlainText.oneLine(measure.feature(), MAX_NAME) + ": ");
    name.put("weight", "Bolder");
    return List.of(name, run(measure.text()));
  }

  /** For example {@code checkout · POST /pay · since 2026-03-01T10:00:00Z}. */
  private static String about(AlertDetails details) {
    Alert alert = details.alert();
    List<String> parts = new ArrayList<>();
    for (String label : List.of("service", "operation")) {
      if (!details.label(label).isEmpty()) {
        parts.add(PlainText.oneLine(details.label(label), MAX_NAME));
      }
    }
    parts.add("since " + alert.getStartsAt());
    if (alert.getEndsAt() != null) {
      parts.add("until " + alert.getEndsAt());
    }
    if (alert.getAcknowledgedBy() != null) {
      parts.add("acknowledged by " + PlainText.oneLine(alert.getAcknowledgedBy(), MAX_NAME));
    }
    details.traces().stream()
        .filter(trace -> WebLink.of(trace.url()).isEmpty())
        .forEach(
            trace ->
                parts.add(trace.kind() + " trace " + PlainText.oneLine(trace.traceId(), MAX_NAME)));
    return String.join(" · ", parts);
  }

  private static Optional<String> link(TraceLink trace) {
    return WebLink.of(trace.url()).map(url -> "[" + trace.kind() + " trace](" + url + ")");
  }

  private static List<Map<String, Object>> actions(AlertMessage message) {
    List<Map<String, Object>> actions = new ArrayList<>();
    add(actions, "Dashboard", message.links().dashboard());
    if (message.isFiring()) {
      add(actions, "Silence", message.links().silence());
      add(actions, "Acknowledge", message.links().acknowledge());
    }
    message.alerts().stream()
        .map(AlertDetails::runbook)
        .filter(url -> !url.isEmpty())
        .findFirst()
        .ifPresent(url -> add(actions, "Runbook", url));
    return actions;
  }

  private static void add(List<Map<String, Object>> actions, String title, String url) {
    WebLink.of(url)
        .ifPresent(
            each -> actions.add(Map.of("type", "Action.OpenUrl", "title", title, "url", each)));
  }

  private static Map<String, Object> richText(List<Map<String, Object>> runs) {
    return new LinkedHashMap<>(Map.of("type", "RichTextBlock", "inlines", runs));
  }

  private static Map<String, Object> run(String text) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("type", "TextRun");
    run.put("text", text.isEmpty() ? " " : text);
    return run;
  }

  private static Map<String, Object> subtle(String text) {
    Map<String, Object> run = run(text);
    run.put("isSubtle", true);
    return run;
  }

  private static Map<String, Object> markdown(String text) {
    return Map.of("type", "TextBlock", "text", text, "wrap", true);
  }

  private static String color(AlertMessage message) {
    if (!message.isFiring()) {
      return "Good";
    }
    return switch (message.severity()) {
      case CRITICAL, HIGH -> "Attention";
      case MEDIUM -> "Warning";
      case LOW -> "Accent";
    };
  }
}
