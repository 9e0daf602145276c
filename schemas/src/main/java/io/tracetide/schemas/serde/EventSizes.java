package io.tracetide.schemas.serde;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.mapping.EpochMicros;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of the parts of a trace event in Avro binary. What the writer may have encoded in fewer
 * bytes counts as these: a size is never more than that of the bytes that were read.
 */
final class EventSizes {

  private static final Schema EVENT = TraceEvent.getClassSchema();

  /** Fields of an event that its template does not have. */
  private static final Set<String> OF_EVENTS =
      Set.of(
          "traceId",
          "spanId",
          "parentSpanId",
          "serviceName",
          "operationName",
          "timestamp",
          "durationMicros",
          "tags");

  private static final long DEFAULTS = defaults();

  private EventSizes() {}

  /**
   * Size of a template without the fields of events. Defaults count as nothing, because an earlier
   * version of the schema may not have these fields.
   */
  static long ofTemplate(TraceEvent template) {
    long size = -DEFAULTS;
    for (Schema.Field field : EVENT.getFields()) {
      if (!OF_EVENTS.contains(field.name())) {
        size += ofValue(field.schema(), template.get(field.pos()));
      }
    }
    return Math.max(0, size);
  }

  private static long defaults() {
    long size = 0;
    for (Schema.Field field : EVENT.getFields()) {
      if (!OF_EVENTS.contains(field.name()) && field.hasDefaultValue()) {
        size += ofValue(field.schema(), SpecificData.get().getDefaultValue(field));
      }
    }
    return size;
  }

  private static long ofValue(Schema schema, @Nullable Object value) {
    if (value == null) {
      return 0;
    }
    return switch (schema.getType()) {
      case INT, LONG ->
          ofNumber(value instanceof Instant time ? EpochMicros.of(time) : number(value));
      case STRING -> ofText(value.toString());
      case FLOAT -> Float.BYTES;
      case DOUBLE -> Double.BYTES;
      case UNION -> 1 + ofValue(present(schema), value);
      case ARRAY -> {
        long size = 1;
        for (Object item : (Collection<?>) value) {
          size += ofValue(schema.getElementType(), item);
        }
        yield size;
      }
      case MAP -> {
        long size = 1;
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          size += ofText(entry.getKey().toString());
          size += ofValue(schema.getValueType(), entry.getValue());
        }
        yield size;
      }
      case RECORD -> {
        long size = 0;
        for (Schema.Field field : schema.getFields()) {
          size += ofValue(field.schema(), ((IndexedRecord) value).get(field.pos()));
        }
        yield size;
      }
      default -> 1;
    };
  }

  private static Schema present(Schema union) {
    Schema first = union.getTypes().get(0);
    return first.getType() == Schema.Type.NULL ? union.getTypes().get(1) : first;
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  /** Size of a text with its length. */
  static long ofText(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80 || c == '\ufffd') {
        bytes++; // The latter may stand for one byte that was not UTF-8.
      } else if (c < 0x800 || Character.isSurrogate(c)) {
        bytes += 2;
      } else {
        bytes += 3;
      }
    }
    return ofNumber(bytes) + bytes;
  }

  /** Size of an int or a long. */
  static long ofNumber(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    return 1L + (63 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
  }
}
