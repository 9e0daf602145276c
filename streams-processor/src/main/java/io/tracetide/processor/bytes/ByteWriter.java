package io.tracetide.processor.bytes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A reusable byte buffer that grows as needed. Numbers are big-endian. */
public final class ByteWriter {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int SMALLEST = 256;

  private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(US_ASCII);

  /** Value of each lower-case hexadecimal digit; -1 for other bytes. */
  private static final byte[] HEX_VALUES = new byte[256];

  static {
    Arrays.fill(HEX_VALUES, (byte) -1);
    for (int value = 0; value < 16; value++) {
      HEX_VALUES[HEX_DIGITS[value]] = (byte) value;
    }
  }

  private byte[] bytes;
  private int length;

  public ByteWriter() {
    this(SMALLEST);
  }

  public ByteWriter(int capacity) {
    bytes = new byte[capacity];
  }

  /** Removes the content and keeps the array. */
  public void clear() {
    length = 0;
  }

  /** Removes the content and frees the array. */
  public void shrink() {
    bytes = new byte[SMALLEST];
    length = 0;
  }

  public int length() {
    return length;
  }

  public void put(int single) {
    reserve(1);
    bytes[length++] = (byte) single;
  }

  public void put(byte[] from) {
    put(from, 0, from.length);
  }

  public void put(byte[] from, int start, int count) {
    reserve(count);
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }

  /** Writes the remaining bytes of the buffer; its position does not change. */
  public void put(ByteBuffer from) {
    int count = from.remaining();
    reserve(count);
    from.get(from.position(), bytes, length, count);
    length += count;
  }

  public void putInt(int value) {
    reserve(Integer.BYTES);
    INTS.set(bytes, length, value);
    length += Integer.BYTES;
  }

  public void putLong(long value) {
    reserve(Long.BYTES);
    LONGS.set(bytes, length, value);
    length += Long.BYTES;
  }

  public void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  /**
   * Writes a first byte, and then one byte for every two hexadecimal digits.
   *
   * @param length even
   * @return false when there are other characters than lower-case digits; then nothing is written
   */
  public boolean putHex(int first, byte[] digits, int start, int length) {
    int count = 1 + length / 2;
    reserve(count);
    bytes[this.length] = (byte) first;
    int at = this.length + 1;
    int wrong = 0;
    for (int i = start; i < start + length; i += 2) {
      int high = HEX_VALUES[digits[i] & 0xff];
      int low = HEX_VALUES[digits[i + 1] & 0xff];
      wrong |= high | low;
      bytes[at++] = (byte) (high << 4 | low);
    }
    if (wrong < 0) {
      return false;
    }
    this.length += count;
    return true;
  }

  /** Writes each byte as two lower-case hexadecimal digits. */
  public void putHexDigits(byte[] from, int start, int count) {
    reserve(2 * count);
    for (int i = start; i < start + count; i++) {
      bytes[length++] = HEX_DIGITS[(from[i] >> 4) & 0xf];
      bytes[length++] = HEX_DIGITS[from[i] & 0xf];
    }
  }

  /** Writes an integer with variable length: seven bits a byte, lowest first. */
  public void putVarint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /** Writes a signed integer with variable length, short for values near zero. */
  public void putZigzag(long value) {
    putVarint(Varint.zigzag(value));
  }

  /** Writes a double, short for small whole numbers. */
  public void putNumber(double value) {
    if (value >= 0 && value < Varint.WHOLE_LIMIT && value == (long) value) {
      putVarint((long) value << 1);
    } else {
      putVarint(1);
      putDouble(value);
    }
  }

  /** Writes the number of bytes of a text in UTF-8, and these bytes. */
  public void putText(String text) {
    byte[] encoded = text.getBytes(UTF_8);
    putVarint(encoded.length);
    put(encoded);
  }

  private void reserve(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
  }

  /** A copy of the content. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** The content, in the first {@link #length} bytes of a reused array. */
  public byte[] array() {
    return bytes;
  }
}
