package io.tracetide.alert.channel.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.channel.TemplateFailures;
import io.tracetide.alert.channel.WebLink;
import io.tracetide.alert.channel.template.MessageTemplate;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.MeasuredValue;
import io.tracetide.alert.message.TraceLink;
import io.tracetide.schemas.Alert;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Renders messages for Slack, within its limits: 50 blocks, 150 characters of a header, 3,000 of a
 * section, 10 fields, and 12,000 of the whole message, since Slack refuses some from 13,000 on. A
 * message that is too long has fewer alerts.
 *
 * <p>Data is in texts of the type {@code plain_text}, in which Slack parses no markup, and escaped
 * nevertheless.
 */
final class SlackMessage {
  static final int MAX_CHARACTERS = 12_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_ALERTS = 10;
  private static final int MAX_HEADER = 150;
  private static final int MAX_SECTION = 3_000;
  private static final int MAX_FIELDS = 10;
  private static final int MAX_NAME = 100;
  private static final int MAX_FALLBACK = 500;

  private final Optional<MessageTemplate> template;
  private final boolean colorBar;
  private final TemplateFailures failures;

  SlackMessage(String template, boolean colorBar, TemplateFailures failures) {
    this.template =
        template.isEmpty()
            ? Optional.empty()
            : Optional.of(
                MessageTemplate.parse("template", template, SlackText::mrkdwn, MAX_SECTION));
    this.colorBar = colorBar;
    this.failures = failures;
  }

  /** The members of a request that posts or updates the message. */
  Map<String, Object> of(AlertMessage message) {
    Map<String, Object> summary = summary(message);
    for (int alerts = MAX_ALERTS; alerts > 0; alerts--) {
      Map<String, Object> request = of(message.withAlerts(alerts), summary);
      if (text(request).length() <= MAX_CHARACTERS) {
        return request;
      }
    }
    return of(message.withAlerts(0), summary);
  }

  /** A short plain message, for the thread. */
  static Map<String, Object> reply(AlertMessage message) {
    String who =
        message.alerts().stream()
            .map(details -> details.alert().getAcknowledgedBy())
            .flatMap(Stream::ofNullable)
            .findFirst()
            .filter(name -> message.isAboutAcknowledgement())
            .map(name -> " by " + name)
            .orElse("");
    return textOnly(message.reason() + who + ": " + message.title() + "\n" + message.summary());
  }

  static byte[] bytes(Map<String, Object> request) {
    return text(request).getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, Object> of(AlertMessage message, Map<String, Object> summary) {
    List<Map<String, Object>> blocks = new ArrayList<>();
    if (!colorBar) {
      blocks.add(
          Block.header(symbol(message) + " " + SlackText.plain(message.title(), MAX_HEADER - 3)));
    }
    blocks.add(Block.section(summary));
    boolean several = message.alerts().size() + message.omitted() > 1;
    message.alerts().forEach(alert -> blocks.addAll(alert(alert, several)));
    if (message.omitted() > 0) {
      blocks.add(Block.context(List.of(Block.plain("and " + message.omitted() + " more"))));
    }
    String links = links(message);
    if (!links.isEmpty()) {
      blocks.add(Block.section(Block.mrkdwn(links)));
    }
    return colorBar ? coloured(message, blocks) : plain(message, blocks);
  }

  private static Map<String, Object> plain(AlertMessage message, List<Map<String, Object>> blocks) {
    Map<String, Object> request = textOnly(message.title() + "\n" + message.summary());
    request.put("blocks", blocks);
    return request;
  }

  /** The title is the text of the message, because Slack shows it beside an attachment. */
  private static Map<String, Object> coloured(
      AlertMessage message, List<Map<String, Object>> blocks) {
    Map<String, Object> request = textOnly(symbol(message) + " " + message.title());
    request.put("attachments", List.of(Map.of("color", color(message), "blocks", blocks)));
    return request;
  }

  private static Map<String, Object> textOnly(String text) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("text", SlackText.plain(text, MAX_FALLBACK));
    request.put("mrkdwn", false);
    request.put("parse", "none");
    request.put("link_names", false);
    request.put("unfurl_links", false);
    request.put("unfurl_media", false);
    return request;
  }

  private Map<String, Object> summary(AlertMessage message) {
    return template
        .flatMap(each -> each.render(message, failures))
        .filter(text -> !text.isBlank())
        .map(Block::mrkdwn)
        .orElseGet(
            () -> {
              String text = SlackText.plain(message.summary(), MAX_SECTION);
              return Block.plain(text.isBlank() ? "no further details" : text);
            });
  }

  private static List<Map<String, Object>> alert(AlertDetails alert, boolean several) {
    List<Map<String, Object>> blocks = new ArrayList<>();
    if (several) {
      String text = "• " + alert.severity() + " " + alert.summary();
      blocks.add(Block.section(Block.plain(SlackText.plain(text, MAX_SECTION))));
    }
    if (!alert.measures().isEmpty()) {
      blocks.add(
          Block.fields(
              alert.measures().stream().limit(MAX_FIELDS).map(SlackMessage::field).toList()));
    }
    blocks.add(Block.context(context(alert)));
    return blocks;
  }

  private static Map<String, Object> field(MeasuredValue measure) {
    return Block.plain(SlackText.plain(measure.feature(), MAX_NAME) + "\n" + measure.text());
  }

  private static List<Map<String, Object>> context(AlertDetails details) {
    Alert alert = details.alert();
    List<Map<String, Object>> elements = new ArrayList<>();
    for (String label : List.of("service", "operation")) {
      if (!details.label(label).isEmpty()) {
        elements.add(Block.plain(SlackText.plain(details.label(label), MAX_NAME)));
      }
    }
    String times = "since " + time(alert.getStartsAt());
    if (alert.getEndsAt() != null) {
      times += " until " + time(alert.getEndsAt());
    }
    elements.add(Block.mrkdwn(times));
    if (alert.getAcknowledgedBy() != null) {
      elements.add(
          Block.plain(SlackText.plain("acknowledged by " + alert.getAcknowledgedBy(), MAX_NAME)));
    }
    details.traces().forEach(trace -> elements.add(trace(trace)));
    return elements;
  }

  private static Map<String, Object> trace(TraceLink trace) {
    return WebLink.of(trace.url())
        .map(url -> Block.mrkdwn(link(url, trace.kind() + " trace")))
        .orElseGet(
            () ->
                Block.plain(SlackText.plain(trace.kind() + " trace " + trace.traceId(), MAX_NAME)));
  }

  /** Links without buttons, which would need a request URL of the app. */
  private static String links(AlertMessage message) {
    List<String> links = new ArrayList<>();
    add(links, "Dashboard", message.links().dashboard());
    if (message.isFiring()) {
      add(links, "Silence", message.links().silence());
      add(links, "Acknowledge", message.links().acknowledge());
    }
    message.alerts().stream()
        .map(AlertDetails::runbook)
        .filter(url -> !url.isEmpty())
        .findFirst()
        .ifPresent(url -> add(links, "Runbook", url));
    String text = String.join("  |  ", links);
    return text.length() <= MAX_SECTION ? text : links.get(0);
  }

  private static void add(List<String> links, String label, String url) {
    WebLink.of(url)
        .filter(each -> each.length() < MAX_SECTION - MAX_NAME)
        .ifPresent(each -> links.add(link(each, label)));
  }

  private static String link(String url, String label) {
    return "<" + url.replace("&", "&amp;") + "|" + label + ">";
  }

  /** In the time zone of the reader, and in UTC where Slack does not support that. */
  private static String time(Instant instant) {
    return "<!date^"
        + instant.getEpochSecond()
        + "^{date_short_pretty} {time_secs}|"
        + instant
        + ">";
  }

  private static String symbol(AlertMessage message) {
    if (!message.isFiring()) {
      return "✅";
    }
    return switch (message.severity()) {
      case CRITICAL -> "🔴";
      case HIGH -> "🟠";
      case MEDIUM -> "🟡";
      case LOW -> "🔵";
    };
  }

  private static String color(AlertMessage message) {
    if (!message.isFiring()) {
      return "#2E7D32";
    }
    return switch (message.severity()) {
      case CRITICAL -> "#B71C1C";
      case HIGH -> "#E65100";
      case MEDIUM -> "#F9A825";
      case LOW -> "#1565C0";
    };
  }

  private static String text(Map<String, Object> request) {
    try {
      return JSON.writeValueAsString(request);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, lists and maps are JSON", e);
    }
  }
}
