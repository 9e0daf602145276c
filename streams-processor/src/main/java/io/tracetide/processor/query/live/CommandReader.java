package io.tracetide.processor.query.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.query.live.view.LiveTopic;
import io.tracetide.processor.query.request.BadParameterException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the messages of clients. */
final class CommandReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_ID = 64;
  private static final String TYPE = "type";
  private static final String ID = "id";
  private static final String RESUME = "resume";

  /** What a client requests. */
  sealed interface Command permits Subscribe, Unsubscribe, Rejected {}

  /** Requests updates. */
  record Subscribe(SubscribeRequest request) implements Command {}

  /** Ends a subscription. */
  record Unsubscribe(String id) implements Command {}

  /** The message is not one that clients may send. */
  record Rejected(LiveMessage error) implements Command {}

  private CommandReader() {}

  /** Reads a message; one that is not accepted is rejected with an error that says what is. */
  static Command read(String text) {
    String id = "";
    try {
      JsonNode message = parse(text);
      String type = text(message, TYPE);
      id = message.hasNonNull(ID) ? id(message) : "";
      Optional<LiveTopic> subscribed = LiveTopic.subscribedBy(type);
      if (subscribed.isPresent()) {
        return new Subscribe(subscribe(subscribed.get(), message));
      }
      Optional<LiveTopic> unsubscribed = LiveTopic.unsubscribedBy(type);
      if (unsubscribed.isPresent()) {
        return new Unsubscribe(message.hasNonNull(ID) ? id(message) : unsubscribed.get().label());
      }
      throw BadParameterException.rejected(TYPE, type, "use " + LiveTopic.accepted());
    } catch (BadParameterException e) {
      return new Rejected(Messages.error(id, false, "Bad message", String.valueOf(e.getMessage())));
    }
  }

  private static JsonNode parse(String text) {
    try {
      JsonNode message = JSON.readTree(text);
      if (message != null && message.isObject()) {
        return message;
      }
    } catch (JsonProcessingException notJson) {
      // rejected below, like JSON of another kind
    }
    throw new BadParameterException(
        "The message is not a JSON object: send one with 'type', such as"
            + " {\"type\":\"subscribe_metrics\",\"services\":\"checkout\"}.");
  }

  private static String text(JsonNode message, String name) {
    JsonNode value = message.get(name);
    if (value == null || !value.isTextual()) {
      throw new BadParameterException(
          "Field '%s' is missing or not a text: use %s.".formatted(name, LiveTopic.accepted()));
    }
    return value.textValue();
  }

  private static String id(JsonNode message) {
    String id = message.get(ID).asText();
    if (!message.get(ID).isValueNode() || id.isEmpty() || id.length() > LONGEST_ID) {
      throw BadParameterException.rejected(
          ID, id, "use a text of 1 to %d characters".formatted(LONGEST_ID));
    }
    return id;
  }

  private static SubscribeRequest subscribe(LiveTopic topic, JsonNode message) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : message.properties()) {
      if (!List.of(TYPE, ID, RESUME).contains(field.getKey())) {
        values.put(field.getKey(), values(field.getKey(), field.getValue()));
      }
    }
    Optional<ResumePoint> resume =
        message.hasNonNull(RESUME)
            ? Optional.of(ResumePoint.parse(RESUME, message.get(RESUME).asText()))
            : Optional.empty();
    return new SubscribeRequest(
        topic, message.hasNonNull(ID) ? id(message) : topic.label(), values, resume);
  }

  private static List<String> values(String name, JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(one -> texts.add(scalar(name, one)));
    } else {
      texts.add(scalar(name, value));
    }
    return texts;
  }

  private static String scalar(String name, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      throw new BadParameterException(
          "Field '%s' does not accept %s: use a text, a number, true or false, or a list of them."
              .formatted(
                  BadParameterException.quoted(name),
                  BadParameterException.quoted(value.toString())));
    }
    return value.asText();
  }
}
