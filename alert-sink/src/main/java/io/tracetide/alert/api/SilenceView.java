package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.route.LabelMatcher;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A silence in Alertmanager's format. */
final class SilenceView {
  private static final List<String> STATES = List.of("active", "pending", "expired");

  /**
   * Alertmanager's order: active silences by their end, pending ones by their start, expired ones
   * by their end, the latest first.
   */
  static final Comparator<JsonNode> ORDER =
      Comparator.comparingInt((JsonNode silence) -> STATES.indexOf(state(silence)))
          .thenComparing(SilenceView::compareTimes)
          .thenComparing(silence -> silence.path("id").asText());

  private SilenceView() {}

  private static String state(JsonNode silence) {
    return silence.path("status").path("state").asText();
  }

  private static int compareTimes(JsonNode one, JsonNode other) {
    return switch (state(one)) {
      case "pending" -> time(one, "startsAt").compareTo(time(other, "startsAt"));
      case "expired" -> time(other, "endsAt").compareTo(time(one, "endsAt"));
      default -> time(one, "endsAt").compareTo(time(other, "endsAt"));
    };
  }

  private static Instant time(JsonNode silence, String member) {
    return Instant.parse(silence.path(member).asText());
  }

  static ObjectNode json(AlertSilence silence, Instant now) {
    ObjectNode json = Replies.JSON.createObjectNode();
    json.put("id", silence.id());
    json.putObject("status").put("state", silence.state(now).name().toLowerCase(Locale.ROOT));
    json.put("updatedAt", AlertView.time(silence.updatedAt()));
    json.put("comment", silence.comment());
    json.put("createdBy", silence.createdBy());
    json.put("endsAt", AlertView.time(silence.endsAt()));
    ArrayNode matchers = json.putArray("matchers");
    for (LabelMatcher matcher : silence.matchers()) {
      matchers
          .addObject()
          .put("isEqual", matcher.isEqual())
          .put("isRegex", matcher.isRegex())
          .put("name", matcher.label())
          .put("value", matcher.value());
    }
    json.put("startsAt", AlertView.time(silence.startsAt()));
    if (!silence.annotations().isEmpty()) {
      AlertView.put(json.putObject("annotations"), silence.annotations());
    }
    return json;
  }
}
