package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.ProtobufCursor.BYTES;
import static io.tracetide.gateway.format.otlp.ProtobufCursor.FIXED64;
import static io.tracetide.gateway.format.otlp.ProtobufCursor.VARINT;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.tracetide.gateway.format.span.AttributeSink;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.schemas.mapping.ValueText;
import java.util.Base64;

/** Reads attributes in protobuf, their values as text. */
final class ProtobufAttributes {

  private static final int KEY = KeyValue.KEY_FIELD_NUMBER << 3 | BYTES;
  private static final int VALUE = KeyValue.VALUE_FIELD_NUMBER << 3 | BYTES;

  private static final int STRING_VALUE = AnyValue.STRING_VALUE_FIELD_NUMBER << 3 | BYTES;
  private static final int BOOL_VALUE = AnyValue.BOOL_VALUE_FIELD_NUMBER << 3 | VARINT;
  private static final int INT_VALUE = AnyValue.INT_VALUE_FIELD_NUMBER << 3 | VARINT;
  private static final int DOUBLE_VALUE = AnyValue.DOUBLE_VALUE_FIELD_NUMBER << 3 | FIXED64;
  private static final int ARRAY_VALUE = AnyValue.ARRAY_VALUE_FIELD_NUMBER << 3 | BYTES;
  private static final int MAP_VALUE = AnyValue.KVLIST_VALUE_FIELD_NUMBER << 3 | BYTES;
  private static final int BYTES_VALUE = AnyValue.BYTES_VALUE_FIELD_NUMBER << 3 | BYTES;
  private static final int ARRAY_VALUES = ArrayValue.VALUES_FIELD_NUMBER << 3 | BYTES;
  private static final int MAP_VALUES = KeyValueList.VALUES_FIELD_NUMBER << 3 | BYTES;

  private final RecordBatchBuilder batch;
  private final int longestText;

  ProtobufAttributes(RecordBatchBuilder batch) {
    this.batch = batch;
    this.longestText = batch.limits().longestText();
  }

  /** Reads one attribute. */
  void read(ProtobufCursor in, AttributeSink sink) {
    String key = "";
    String value = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case KEY -> key = in.text(longestText, batch.known());
        case VALUE -> value = value(in.enter());
        default -> in.skip(field);
      }
    }
    sink.attribute(key, value);
  }

  private String value(ProtobufCursor in) {
    String text = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case STRING_VALUE -> text = in.text(longestText, batch.known());
        case BOOL_VALUE -> text = Boolean.toString(in.varint() != 0);
        case INT_VALUE -> text = Long.toString(in.varint());
        case DOUBLE_VALUE -> text = Double.toString(Double.longBitsToDouble(in.fixed64()));
        case BYTES_VALUE -> text = base64(in);
        case ARRAY_VALUE ->
            text = array(in.enter(), new ValueText(longestText, batch.text()::hides), 1).toString();
        case MAP_VALUE ->
            text = map(in.enter(), new ValueText(longestText, batch.text()::hides), 1).toString();
        default -> in.skip(field);
      }
    }
    return text;
  }

  private String base64(ProtobufCursor in) {
    return Base64.getEncoder().encodeToString(in.bytes(longestText));
  }

  private ValueText array(ProtobufCursor in, ValueText json, int depth) {
    json.open('[');
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == ARRAY_VALUES && !json.isFull()) {
        nested(in.enter(), json, depth);
      } else {
        in.skip(field);
      }
    }
    json.close(']');
    return json;
  }

  private ValueText map(ProtobufCursor in, ValueText json, int depth) {
    json.open('{');
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == MAP_VALUES && !json.isFull()) {
        entry(in.enter(), json, depth);
      } else {
        in.skip(field);
      }
    }
    json.close('}');
    return json;
  }

  private void entry(ProtobufCursor in, ValueText json, int depth) {
    ProtobufCursor forValue = in.copy();
    String key = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      if (field == KEY) {
        key = in.text(longestText);
      } else {
        in.skip(field);
      }
    }
    json.key(key);
    ProtobufCursor value = null;
    for (int field = forValue.next(); field != 0; field = forValue.next()) {
      if (field == VALUE) {
        value = forValue.enter();
      } else {
        forValue.skip(field);
      }
    }
    if (value == null) {
      json.literal("null");
    } else {
      nested(value, json, depth);
    }
  }

  /** A value within an array or a map; the first of several alternatives is used. */
  private void nested(ProtobufCursor in, ValueText json, int depth) {
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case STRING_VALUE -> json.text(in.text(longestText));
        case BOOL_VALUE -> json.literal(Boolean.toString(in.varint() != 0));
        case INT_VALUE -> json.literal(Long.toString(in.varint()));
        case DOUBLE_VALUE -> json.number(Double.longBitsToDouble(in.fixed64()));
        case BYTES_VALUE -> json.text(base64(in));
        case ARRAY_VALUE, MAP_VALUE -> {
          if (depth == ValueText.MAX_DEPTH) {
            json.literal("null");
          } else if (field == ARRAY_VALUE) {
            array(in.enter(), json, depth + 1);
          } else {
            map(in.enter(), json, depth + 1);
          }
        }
        default -> {
          in.skip(field);
          continue;
        }
      }
      return;
    }
    json.literal("null");
  }
}
