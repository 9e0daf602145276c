package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Members of a JSON object of a request. Problems are reported as {@link IllegalArgumentException}
 * with a text for the caller.
 */
final class Body {
  /** The time that Go's clients send for no time. */
  private static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final JsonNode object;

  Body(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("expected a JSON object");
    }
    this.object = json;
  }

  JsonNode member(String name) {
    return object.path(name);
  }

  /** A text; empty if it is absent. */
  String text(String name, int mostCharacters) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " must be a text");
    }
    if (value.textValue().length() > mostCharacters) {
      throw new IllegalArgumentException(
          name + " may have at most " + mostCharacters + " characters");
    }
    return value.textValue();
  }

  boolean flag(String name, boolean otherwise) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(name + " must be true or false");
    }
    return value.booleanValue();
  }

  /** A time in RFC 3339; empty if it is absent or Go's zero time. */
  Optional<Instant> time(String name) {
    String text = text(name, 64);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Instant time;
    try {
      time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(name + " must be a time such as 2026-03-01T10:00:00Z", e);
    }
    if (time.equals(ZERO)) {
      return Optional.empty();
    }
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new IllegalArgumentException(name + " must be between the years 1900 and 9999");
    }
    return Optional.of(time);
  }

  /** An object of texts; empty if it is absent. */
  SortedMap<String, String> texts(String name) {
    JsonNode value = object.path(name);
    SortedMap<String, String> texts = new TreeMap<>();
    if (value.isMissingNode() || value.isNull()) {
      return texts;
    }
    if (!value.isObject()) {
      throw new IllegalArgumentException(name + " must be an object of texts");
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new IllegalArgumentException(name + "." + shown(entry.getKey()) + " must be a text");
      }
      texts.put(entry.getKey(), entry.getValue().textValue());
    }
    return texts;
  }

  /** The begin of a name, for a message. */
  static String shown(String name) {
    return '"' + (name.length() > 100 ? name.substring(0, 100) + "..." : name) + '"';
  }
}
