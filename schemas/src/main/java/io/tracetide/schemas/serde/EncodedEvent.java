package io.tracetide.schemas.serde;

import io.tracetide.schemas.TraceEvent;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Where the fields of an encoded {@link TraceEvent} are that differ between the events of a
 * service. For events that this process has encoded with the current schema. Not thread-safe.
 */
final class EncodedEvent {

  /** The fields in the order in which they are passed over; those after the tags are not read. */
  private static final List<String> LAYOUT =
      List.of(
          "tenantId",
          "type",
          "traceId",
          "spanId",
          "parentSpanId",
          "serviceName",
          "operationName",
          "spanKind",
          "status",
          "timestamp",
          "durationMicros",
          "context",
          "tags");

  private static final int CONTEXT_FIELDS = 5;

  static {
    List<String> fields =
        TraceEvent.getClassSchema().getFields().stream().map(Schema.Field::name).toList();
    if (!fields.subList(0, LAYOUT.size()).equals(LAYOUT)) {
      throw new IllegalStateException("the fields of TraceEvent have another order: " + fields);
    }
  }

  byte[] bytes = {};
  int end;
  int traceId;
  int spanId;
  int parentSpanId;
  int service;
  int operation;
  int kind;
  int timestamp;
  int duration;
  int context;
  int tags;
  int rest;
  private int at;

  /** Finds the fields of an event in the wire format. */
  void locate(byte[] event) {
    bytes = event;
    end = event.length;
    at = WireFormat.HEADER_BYTES;
    skipText();
    number();
    traceId = at;
    skipText();
    spanId = at;
    skipText();
    parentSpanId = at;
    skipOptionalText();
    service = at;
    skipText();
    operation = at;
    skipText();
    kind = at;
    number();
    number();
    timestamp = at;
    number();
    duration = at;
    if (number() != 0) {
      number();
    }
    context = at;
    if (number() != 0) {
      for (int i = 0; i < CONTEXT_FIELDS; i++) {
        skipOptionalText();
      }
    }
    tags = at;
    for (long count = items(); count != 0; count = items()) {
      for (long i = 0; i < 2 * count; i++) {
        skipText();
      }
    }
    rest = at;
  }

  /** Moves to a position. */
  void moveTo(int position) {
    at = position;
  }

  int position() {
    return at;
  }

  /** Items of the next block of an array or a map; 0 at its end. */
  long items() {
    long count = number();
    if (count < 0) {
      number(); // Bytes of the block.
      return -count;
    }
    return count;
  }

  /** Reads the next number. */
  long number() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
  }

  /** Moves behind a text. */
  void skipText() {
    int length = (int) number();
    at += length;
  }

  /** Whether the text at a position is this number of lower-case hex digits. */
  boolean isHex(int position, int digits) {
    moveTo(position);
    if (number() != digits) {
      return false;
    }
    for (int i = at; i < at + digits; i++) {
      byte c = bytes[i];
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private void skipOptionalText() {
    if (number() != 0) {
      skipText();
    }
  }
}
