package io.tracetide.gateway.format.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.WholeNumber;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object, each as the type of the contract.
 *
 * @param path of the object in the event, for error messages
 */
record Fields(JsonNode object, String path) {

  private static final Instant EARLIEST = Instant.parse("-9999-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  Fields {
    if (!object.isObject()) {
      throw new InvalidFieldException(path, "an object");
    }
  }

  /** A field's object; null when it is absent or null. */
  @Nullable Fields nested(String name) {
    JsonNode value = object.path(name);
    return absent(value) ? null : new Fields(value, path(name));
  }

  /** A field's value; missing when it is absent. */
  JsonNode children(String name) {
    return object.path(name);
  }

  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  String required(String name) {
    String text = text(name);
    if (text == null || text.isBlank()) {
      throw new InvalidFieldException(path(name), "text that is not blank");
    }
    return text;
  }

  @Nullable String text(String name) {
    JsonNode value = object.path(name);
    if (absent(value)) {
      return null;
    }
    if (!value.isValueNode()) {
      throw new InvalidFieldException(path(name), "text");
    }
    return value.asText();
  }

  @Nullable Double number(String name) {
    JsonNode value = object.path(name);
    return absent(value) ? null : number(value, path(name));
  }

  static double number(JsonNode value, String path) {
    double number = value.isNumber() || value.isTextual() ? value.asDouble(Double.NaN) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw new InvalidFieldException(path, "a finite number");
    }
    return number;
  }

  double number(String name, double min, double max, double absent) {
    Double number = number(name);
    if (number == null) {
      return absent;
    }
    if (number < min || number > max) {
      throw new InvalidFieldException(path(name), "a number from " + min + " to " + max);
    }
    return number;
  }

  @Nullable Long integer(String name) {
    JsonNode value = object.path(name);
    if (absent(value)) {
      return null;
    }
    Long number = WholeNumber.signed(value);
    if (number == null) {
      throw new InvalidFieldException(path(name), "a whole number");
    }
    return number;
  }

  @Nullable Boolean flag(String name) {
    JsonNode value = object.path(name);
    if (absent(value)) {
      return null;
    }
    if (!value.isBoolean()) {
      throw new InvalidFieldException(path(name), "true or false");
    }
    return value.booleanValue();
  }

  /** A constant by its name, in upper or lower case. */
  <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
    if (absent(object.path(name))) {
      return null;
    }
    E constant = knownConstant(name, type);
    if (constant != null) {
      return constant;
    }
    throw new InvalidFieldException(
        path(name),
        Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ")));
  }

  /** A constant by its name; null when the field is absent or no constant has that name. */
  <E extends Enum<E>> @Nullable E knownConstant(String name, Class<E> type) {
    String text = object.path(name).asText();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    return null;
  }

  boolean has(String name) {
    return !absent(object.path(name));
  }

  /** A time as {@link #rawTime} reads it, limited to the range of the contract. */
  @Nullable Instant time(String name) {
    Instant time = rawTime(name);
    return time == null ? null : bounded(time);
  }

  /** A time as ISO-8601 with an offset, or as milliseconds since 1970. */
  @Nullable Instant rawTime(String name) {
    JsonNode value = object.path(name);
    if (absent(value)) {
      return null;
    }
    Long millis = WholeNumber.signed(value);
    if (millis != null) {
      return Instant.ofEpochMilli(millis);
    }
    try {
      return OffsetDateTime.parse(value.asText()).toInstant();
    } catch (DateTimeParseException e) {
      throw new InvalidFieldException(
          path(name), "ISO-8601 with an offset, or milliseconds since 1970");
    }
  }

  /** The contract has microseconds in 64 bits, less than the range of ISO-8601. */
  private static Instant bounded(Instant time) {
    if (time.isBefore(EARLIEST)) {
      return EARLIEST;
    }
    return time.isAfter(LATEST) ? LATEST : time;
  }

  /** Names and values of a field that holds an object; empty when it is absent or null. */
  Iterable<Map.Entry<String, JsonNode>> entries(String name) {
    JsonNode value = object.path(name);
    if (!absent(value) && !value.isObject()) {
      throw new InvalidFieldException(path(name), "an object");
    }
    return value.properties();
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
