package io.tracetide.gateway.format.otlp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import io.tracetide.gateway.format.json.WholeNumber;
import io.tracetide.gateway.format.span.AttributeSink;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.schemas.mapping.ValueText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads attributes in Protobuf's JSON mapping, their values as text. */
final class JsonAttributes {

  /** Fields of a value that hold a scalar, in order of precedence. */
  static final List<String> SCALARS = List.of("stringValue", "boolValue", "intValue", "bytesValue");

  private final RecordBatchBuilder batch;

  JsonAttributes(RecordBatchBuilder batch) {
    this.batch = batch;
  }

  /** Reads a list of attributes. */
  void read(JsonNode attributes, AttributeSink sink) {
    if (attributes instanceof POJONode node && node.getPojo() instanceof AttributeList list) {
      read(list, sink);
      return;
    }
    for (JsonNode attribute : attributes) {
      sink.attribute(text(attribute.path("key")), value(attribute.path("value")));
    }
  }

  private void read(AttributeList list, AttributeSink sink) {
    for (int i = 0; i < list.size(); i++) {
      Object value = list.value(i);
      sink.attribute(list.key(i), value instanceof String text ? text : value((JsonNode) value));
    }
  }

  private String value(JsonNode any) {
    JsonNode array = any.path("arrayValue");
    if (array.isObject()) {
      return array(array, new ValueText(batch.limits().longestText(), batch.text()::hides), 1)
          .toString();
    }
    JsonNode map = any.path("kvlistValue");
    if (map.isObject()) {
      return map(map, new ValueText(batch.limits().longestText(), batch.text()::hides), 1)
          .toString();
    }
    if (any.hasNonNull("doubleValue")) {
      return Double.toString(number(any.path("doubleValue")));
    }
    for (String field : SCALARS) {
      if (any.hasNonNull(field)) {
        return scalar(field, any.path(field).asText());
      }
    }
    return "";
  }

  /** Text of a scalar, the same as that of the value in protobuf. */
  static String scalar(String field, String text) {
    return switch (field) {
      case "intValue" -> integer(text);
      case "bytesValue" -> base64(text);
      default -> text;
    };
  }

  /** A whole number without exponent or fraction; other texts are not changed. */
  private static String integer(String text) {
    int length = text.length();
    boolean plain = length < 20;
    for (int i = 0; plain && i < length; i++) {
      char c = text.charAt(i);
      plain = (c >= '0' && c <= '9') || (c == '-' && i == 0);
    }
    if (plain) {
      return text;
    }
    Long number = WholeNumber.signed(text);
    return number == null ? text : number.toString();
  }

  /**
   * Normalises base64 to the standard alphabet with padding; the mapping allows the other forms.
   */
  private static String base64(String text) {
    int rest = text.length() % 4;
    boolean padded = rest == 0 || text.endsWith("=");
    String same = text.replace('-', '+').replace('_', '/');
    return padded ? same : same + "=".repeat(4 - rest);
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
    } else if (any.hasNonNull("doubleValue")) {
      out.number(number(any.path("doubleValue")));
    } else if (any.hasNonNull("intValue")) {
      Long number = WholeNumber.signed(any.path("intValue"));
      out.literal(number == null ? "0" : number.toString());
    } else if (any.hasNonNull("boolValue")) {
      out.literal(Boolean.toString(any.path("boolValue").asBoolean()));
    } else if (any.hasNonNull("stringValue")) {
      out.text(text(any.path("stringValue")));
    } else if (any.hasNonNull("bytesValue")) {
      out.text(base64(text(any.path("bytesValue"))));
    } else {
      out.literal("null");
    }
  }

  /** Text of a field; empty when it is absent, null or not text. */
  static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : "";
  }

  /** A double as a number or as text: JSON has no literals for infinity and NaN. */
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

  /** An unsigned 64-bit integer as a number or as text; 0 when absent, null when invalid. */
  static @Nullable Long unsigned(JsonNode node) {
    return node.isMissingNode() || node.isNull() ? Long.valueOf(0) : WholeNumber.unsigned(node);
  }

  /** The number of an enum's value, or of its name; -1 when it is unknown. */
  static int enumNumber(JsonNode node, List<String> names) {
    if (node.isInt() || !node.isValueNode()) {
      return node.asInt();
    }
    int named = node.isTextual() ? names.indexOf(node.textValue()) : -1;
    Long number = named >= 0 ? null : WholeNumber.signed(node);
    return number != null && number == number.intValue() ? number.intValue() : named;
  }
}
