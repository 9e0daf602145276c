package io.tracetide.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes Avro's binary encoding to an array that grows. */
final class BinaryBuffer implements BiConsumer<String, String> {

  private static final int MOST_VARINT_BYTES = 10;
  private static final int ABSENT = 0;
  private static final int PRESENT = 2;

  private byte[] bytes = new byte[1_024];
  private int length;

  /** Clears the buffer and leaves room for a header. */
  void startAt(int headerBytes) {
    length = headerBytes;
  }

  int capacity() {
    return bytes.length;
  }

  /** The bytes, valid until the next call. */
  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** Writes the branch of a union with null for a value; returns whether the value is not null. */
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
    varint(value << 1 ^ value >> 63);
  }

  /** The caller ensures that there is room. */
  private void varint(long unsigned) {
    byte[] into = bytes;
    int at = length;
    long rest = unsigned;
    while ((rest & ~0x7FL) != 0) {
      into[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    into[at++] = (byte) rest;
    length = at;
  }

  /** An entry of a map of texts. */
  @Override
  public void accept(String key, String value) {
    text(key);
    text(value);
  }

  void decimal(double value) {
    reserve(Double.BYTES);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < Double.BYTES; i++) {
      bytes[length++] = (byte) bits;
      bits >>>= Byte.SIZE;
    }
  }

  /**
   * Nearly every text is ASCII. The low bytes of its characters are then its UTF-8 encoding, and
   * the JVM copies those fastest.
   */
  @SuppressWarnings("deprecation") // Copies the low bytes only, which is exact for ASCII.
  void text(String text) {
    if (isAscii(text)) {
      int chars = text.length();
      reserve(MOST_VARINT_BYTES + chars);
      varint(2L * chars);
      text.getBytes(0, chars, bytes, length);
      length += chars;
    } else {
      byte[] encoded = text.getBytes(UTF_8);
      number(encoded.length);
      reserve(encoded.length);
      System.arraycopy(encoded, 0, bytes, length, encoded.length);
      length += encoded.length;
    }
  }

  /** Copies encoded bytes. */
  void raw(byte[] source, int start, int count) {
    reserve(count);
    System.arraycopy(source, start, bytes, length, count);
    length += count;
  }

  /** Writes lower-case hex digits as the bytes that they stand for. */
  void unhex(byte[] digits, int start, int count) {
    reserve(count / 2);
    for (int i = start; i < start + count; i += 2) {
      bytes[length++] = (byte) (digit(digits[i]) << 4 | digit(digits[i + 1]));
    }
  }

  private static int digit(byte c) {
    return c <= '9' ? c - '0' : c - 'a' + 10;
  }

  private static boolean isAscii(String text) {
    int seen = 0;
    for (int i = 0; i < text.length(); i++) {
      seen |= text.charAt(i);
    }
    return seen <= 0x7F;
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
