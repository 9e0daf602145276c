package io.tracetide.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Avro's binary encoding into an array that grows. */
final class BinaryBuffer {

  private static final int MOST_VARINT_BYTES = 10;
  private static final int ABSENT = 0;
  private static final int PRESENT = 2;

  private byte[] bytes = new byte[1_024];
  private int length;

  /** Drops what is written and leaves room for a header. */
  void startAt(int headerBytes) {
    length = headerBytes;
  }

  int capacity() {
    return bytes.length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Writes which branch of a union with null a value takes. */
  boolean isPresent(@Nullable Object value) {
    reserve(1);
    bytes[length++] = value == null ? (byte) ABSENT : (byte) PRESENT;
    return value != null;
  }

  void flag(boolean value) {
    reserve(1);
    bytes[length++] = value ? (byte) 1 : (byte) 0;
  }

  void number(long value) {
    reserve(MOST_VARINT_BYTES);
    long rest = value << 1 ^ value >> 63;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  void decimal(double value) {
    reserve(Double.BYTES);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < Double.BYTES; i++) {
      bytes[length++] = (byte) bits;
      bits >>>= Byte.SIZE;
    }
  }

  /** Nearly every text is ASCII, and written in one pass; another is written anew. */
  void text(String text) {
    int chars = text.length();
    number(chars);
    reserve(chars);
    int at = length;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c > 0x7F) {
        rewrite(text);
        return;
      }
      bytes[at + i] = (byte) c;
    }
    length = at + chars;
  }

  private void rewrite(String text) {
    length -= numberBytes(text.length());
    byte[] encoded = text.getBytes(UTF_8);
    number(encoded.length);
    reserve(encoded.length);
    System.arraycopy(encoded, 0, bytes, length, encoded.length);
    length += encoded.length;
  }

  private static int numberBytes(int length) {
    int written = 1;
    for (long rest = (long) length << 1; (rest & ~0x7FL) != 0; rest >>>= 7) {
      written++;
    }
    return written;
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
