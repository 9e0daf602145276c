package io.tracetide.processor.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Reads the numbers of variable length, and the texts, that {@link ByteWriter} writes. */
public final class Varint {

  /** Whole numbers below this are written as integers; far above a day in microseconds. */
  static final double WHOLE_LIMIT = 1L << 52;

  private Varint() {}

  public static long read(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("an integer is longer than 64 bits");
  }

  /**
   * Reads the number of bytes that follow.
   *
   * @throws BufferUnderflowException when there are fewer
   */
  public static int readLength(ByteBuffer in) {
    long length = read(in);
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  /**
   * Reads a text that {@link ByteWriter#putText} wrote.
   *
   * @throws BufferUnderflowException when it is cut short
   */
  public static String readText(ByteBuffer in) {
    byte[] bytes = new byte[readLength(in)];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }

  public static double readNumber(ByteBuffer in) {
    long head = read(in);
    if ((head & 1) == 0) {
      return (double) (head >>> 1);
    }
    return in.getDouble();
  }

  static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  public static long unzigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }
}
