package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.record.RefusedRequestException.malformed;

import io.tracetide.gateway.format.span.HexId;
import io.tracetide.gateway.record.KnownTexts;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one protobuf message in place, without parsing it into objects. A parsed tree
 * of a hostile body is dozens of times its size (an empty attribute is two bytes on the wire); a
 * cursor needs the memory of one field.
 *
 * <p>Every length is checked against the available bytes before anything is allocated. A field of a
 * known number but another wire type is an unknown field, as the specification of the encoding
 * requires.
 */
final class ProtobufCursor {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int START_GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  private static final int WIRE_TYPE_BITS = 3;

  private final byte[] bytes;
  private final int end;
  private int position;

  ProtobufCursor(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.end = to;
  }

  /** A second cursor at the same place. */
  ProtobufCursor copy() {
    return new ProtobufCursor(bytes, position, end);
  }

  /**
   * Number and wire type of the next field, {@code number << 3 | wire type}; 0 at the end of the
   * message.
   */
  int next() {
    if (position == end) {
      return 0;
    }
    long tag = varint();
    if (tag >>> WIRE_TYPE_BITS == 0 || tag >>> 32 != 0) {
      throw malformed("protobuf: a field has no valid number");
    }
    return (int) tag;
  }

  /** Whether there is another value in a packed field. */
  boolean hasMore() {
    return position < end;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes[take(1)];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("protobuf: a number has more than 10 bytes");
  }

  long fixed64() {
    int at = take(Long.BYTES);
    long value = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xFF);
    }
    return value;
  }

  int fixed32() {
    int at = take(Integer.BYTES);
    int value = 0;
    for (int i = Integer.BYTES - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xFF);
    }
    return value;
  }

  /** A cursor on the message the cursor stands on; moves behind it. */
  ProtobufCursor enter() {
    int length = length();
    int from = take(length);
    return new ProtobufCursor(bytes, from, from + length);
  }

  /**
   * Text of at most {@code maxBytes} bytes and the start of one more character, which shows that it
   * was longer. Bytes that are not UTF-8 become U+FFFD.
   */
  String text(int maxBytes) {
    int length = length();
    int from = take(length);
    return new String(bytes, from, Math.min(length, maxBytes + 4), StandardCharsets.UTF_8);
  }

  /** As {@link #text(int)}, for a text that is likely to repeat. */
  String text(int maxBytes, KnownTexts.Reading known) {
    int length = length();
    int from = take(length);
    return known.of(bytes, from, Math.min(length, maxBytes + 4));
  }

  /**
   * Lower-case hex of exactly {@code size} bytes; empty when the size differs or all bytes are
   * zero.
   */
  String hexId(int size) {
    int length = length();
    int from = take(length);
    return length == size ? HexId.of(bytes, from, size) : "";
  }

  /** The bytes, at most {@code maxBytes} of them. */
  byte[] bytes(int maxBytes) {
    int length = length();
    int from = take(length);
    byte[] copy = new byte[Math.min(length, maxBytes)];
    System.arraycopy(bytes, from, copy, 0, copy.length);
    return copy;
  }

  /** Skips a field. */
  void skip(int field) {
    int depth = 0;
    int at = field;
    do {
      switch (at & 7) {
        case VARINT -> varint();
        case FIXED64 -> take(Long.BYTES);
        case BYTES -> take(length());
        case START_GROUP -> depth++;
        case END_GROUP -> depth--;
        case FIXED32 -> take(Integer.BYTES);
        default -> throw malformed("protobuf: a field has an unknown wire type");
      }
      if (depth < 0) {
        throw malformed("protobuf: a group ends that has not begun");
      }
      if (depth > 0) {
        at = next();
        if (at == 0) {
          throw malformed("protobuf: a group does not end");
        }
      }
    } while (depth > 0);
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - position) {
      throw malformed("protobuf: a field is longer than the message around it");
    }
    return (int) length;
  }

  private int take(int size) {
    if (size > end - position) {
      throw malformed("protobuf: the message is cut off");
    }
    int at = position;
    position += size;
    return at;
  }
}
