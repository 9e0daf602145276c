package io.tracetide.instrumentation.otel;

import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.tracetide.schemas.mapping.ValueText;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/**
 * Formats an attribute's value as text like the gateway: scalars unchanged, bytes in base64, arrays
 * and maps in JSON.
 */
final class AttributeValue {

  private AttributeValue() {}

  static String text(Object value) {
    if (value instanceof List<?> array) {
      return array(array).toString();
    }
    return isScalar(value) || !(value instanceof Value<?> any) ? value.toString() : text(any);
  }

  /** Types of the API without complex values; nearly all attributes have one of them. */
  private static boolean isScalar(Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  private static ValueText json() {
    return new ValueText(ExportedText.STACK_BYTES, key -> false);
  }

  private static ValueText array(List<?> array) {
    ValueText json = json();
    json.open('[');
    for (Object element : array) {
      if (json.isFull()) {
        break;
      }
      if (element instanceof Double number) {
        json.number(number);
      } else if (element instanceof String text) {
        json.text(text);
      } else {
        json.literal(String.valueOf(element));
      }
    }
    json.close(']');
    return json;
  }

  private static String text(Value<?> any) {
    return switch (any.getType()) {
      case STRING, BOOLEAN, LONG, DOUBLE -> any.getValue().toString();
      case BYTES -> base64(any);
      case ARRAY, KEY_VALUE_LIST -> {
        ValueText json = json();
        nested(any, json, 0);
        yield json.toString();
      }
      default -> "";
    };
  }

  private static void nested(Value<?> any, ValueText json, int depth) {
    switch (any.getType()) {
      case STRING -> json.text(any.getValue().toString());
      case DOUBLE -> json.number((Double) any.getValue());
      case BOOLEAN, LONG -> json.literal(any.getValue().toString());
      case BYTES -> json.text(base64(any));
      case ARRAY -> {
        if (depth < ValueText.MAX_DEPTH) {
          json.open('[');
          for (Object element : (List<?>) any.getValue()) {
            if (!json.isFull()) {
              nested((Value<?>) element, json, depth + 1);
            }
          }
          json.close(']');
        } else {
          json.literal("null");
        }
      }
      case KEY_VALUE_LIST -> {
        if (depth < ValueText.MAX_DEPTH) {
          json.open('{');
          for (Object entry : (List<?>) any.getValue()) {
            if (!json.isFull()) {
              json.key(((KeyValue) entry).getKey());
              nested(((KeyValue) entry).getValue(), json, depth + 1);
            }
          }
          json.close('}');
        } else {
          json.literal("null");
        }
      }
      default -> json.literal("null");
    }
  }

  private static String base64(Value<?> any) {
    ByteBuffer bytes = (ByteBuffer) any.getValue();
    byte[] copy = new byte[Math.min(bytes.remaining(), ExportedText.STACK_BYTES)];
    bytes.duplicate().get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }
}
