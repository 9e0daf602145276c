package io.tracetide.alert.channel.slack;

import java.util.List;
import java.util.Map;

/** Blocks and texts of Slack's Block Kit. All texts are escaped already. */
final class Block {

  static Map<String, Object> header(String text) {
    return Map.of("type", "header", "text", plain(text));
  }

  static Map<String, Object> section(Map<String, Object> text) {
    return Map.of("type", "section", "text", text);
  }

  static Map<String, Object> fields(List<Map<String, Object>> fields) {
    return Map.of("type", "section", "fields", fields);
  }

  static Map<String, Object> context(List<Map<String, Object>> elements) {
    return Map.of("type", "context", "elements", elements);
  }

  static Map<String, Object> plain(String text) {
    return Map.of("type", "plain_text", "text", text, "emoji", false);
  }

  /** Markup of Tracetide or of the operator's template; Slack adds no links to it. */
  static Map<String, Object> mrkdwn(String text) {
    return Map.of("type", "mrkdwn", "text", text, "verbatim", true);
  }

  private Block() {}
}
