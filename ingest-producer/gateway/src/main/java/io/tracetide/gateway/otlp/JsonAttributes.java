package io.tracetide.gateway.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import io.tracetide.gateway.intake.Intake;
import io.tracetide.schemas.mapping.ValueText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attributes in Protobuf's JSON mapping, their values as text. */
final class JsonAttributes {

  /** Fields of a value that are text, or as good as text, in the order in which they count. */
  static final List<String> SCALARS = List.of("stringValue", "boolValue", "intValue", "bytesValue");

  /** Every number of so many digits has its place in 64 bits, as all nanoseconds have. */
  private static final int SAFE_DIGITS = 19;

  private final Intake intake;

  JsonAttributes(Intake intake) {
    this.intake = intake;
  }

  /** Reads a list of attributes. */
  void read(JsonNode attributes, AttributeSink sink) {
    if (attributes instanceof POJONode node && node.getPojo() instanceof AttributeList list) {
      read(list, sink);
      return;
    }
    for (JsonNode attribute : attributes) {
      sink.accept(text(attribute.path("key")), value(attribute.path("value")));
    }
  }

  private void read(AttributeList list, AttributeSink sink) {
    for (int i = 0; i < list.size(); i++) {
      Object value = list.value(i);
      sink.accept(list.key(i), value instanceof String text ? text : value((JsonNode) value));
    }
  }

  private String value(JsonNode any) {
    JsonNode array = any.path("arrayValue");
    if (array.isObject()) {
      return array(array, new ValueText(intake.limits().longestText(), intake.text()::hides), 1)
          .toString();
    }
    JsonNode map = any.path("kvlistValue");
    if (map.isObject()) {
      return map(map, new ValueText(intake.limits().longestText(), intake.text()::hides), 1)
          .toString();
    }
    JsonNode number = any.path("doubleValue");
    if (!number.isMissingNode()) {
      return Double.toString(number(number));
    }
    for (String field : SCALARS) {
      JsonNode scalar = any.path(field);
      if (!scalar.isMissingNode()) {
        return scalar.asText();
      }
    }
    return "";
  }

  private ValueText array(JsonNode array, ValueText out, int depth) {
    out.open('[');
    for (JsonNode element : array.path("values")) {
      if (!out.isFull()) {
        nested(element, out, depth);
      }
    }
    out.close(']');
    return out;
  }

  private ValueText map(JsonNode map, ValueText out, int depth) {
    out.open('{');
    for (JsonNode entry : map.path("values")) {
      if (!out.isFull()) {
        out.key(text(entry.path("key")));
        nested(entry.path("value"), out, depth);
      }
    }
    out.close('}');
    return out;
  }

  private void nested(JsonNode any, ValueText out, int depth) {
    if (any.path("arrayValue").isObject() && depth < ValueText.MAX_DEPTH) {
      array(any.path("arrayValue"), out, depth + 1);
    } else if (any.path("kvlistValue").isObject() && depth < ValueText.MAX_DEPTH) {
      map(any.path("kvlistValue"), out, depth + 1);
    } else if (any.has("doubleValue")) {
      out.number(number(any.path("doubleValue")));
    } else if (any.has("intValue")) {
      out.literal(Long.toString(any.path("intValue").asLong()));
    } else if (any.has("boolValue")) {
      out.literal(Boolean.toString(any.path("boolValue").asBoolean()));
    } else if (any.has("stringValue")) {
      out.text(text(any.path("stringValue")));
    } else if (any.has("bytesValue")) {
      out.text(text(any.path("bytesValue")));
    } else {
      out.literal("null");
    }
  }

  /** Text of a field; empty when it is absent, null or not text. */
  static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : "";
  }

  /** A double as a number or as text, for JSON has no literal for what is not finite. */
  static double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (text(node)) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> node.asDouble(Double.NaN);
    };
  }

  /**
   * An unsigned 64-bit integer as a number or as text; 0 when absent, null when it is something
   * else.
   */
  static @Nullable Long unsigned(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return 0L;
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    String text = text(node);
    return isDigits(text) ? Long.valueOf(digits(text)) : parsed(text);
  }

  private static @Nullable Long parsed(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Whether the text is a number without a sign that cannot be too large. */
  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= SAFE_DIGITS;
  }

  private static long digits(String text) {
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }

  /** The number of an enum's value, or of its name; -1 when it is unknown. */
  static int enumNumber(JsonNode node, List<String> names) {
    return node.isTextual() ? names.indexOf(node.textValue()) : node.asInt();
  }
}
