package io.tracetide.processor.event;

import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads Avro's binary encoding from a byte array, one primitive at a time. Checks every length
 * against the remaining bytes, so that no record can make it read or allocate beyond them.
 */
final class AvroCursor {

  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  /** Reads from a position to before the end. */
  AvroCursor(byte[] bytes, int position, int end) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  int position() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  long readLong() {
    if (position < end && bytes[position] >= 0) {
      // Nearly every length and index is one byte.
      long only = bytes[position++];
      return (only >>> 1) ^ -(only & 1);
    }
    return readLongerLong();
  }

  /** An int. One of more than 5 bytes or 32 bits is refused, as by a decoder of whole records. */
  int readInt() {
    int start = position;
    long value = readLong();
    if (position - start > 1 && (position - start > 5 || value != (int) value)) {
      throw new MalformedRecordException(Reason.BAD_DATA, "an int is longer than 32 bits");
    }
    return (int) value;
  }

  private long readLongerLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= end) {
        throw truncated();
      }
      byte next = bytes[position++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new MalformedRecordException(Reason.BAD_DATA, "an integer is longer than 64 bits");
  }

  /** Index of a union's branch or of an enum's symbol. */
  int readIndex(int size) {
    int index = readInt();
    if (index < 0 || index >= size) {
      throw new MalformedRecordException(
          Reason.BAD_DATA, "an index is " + index + ", expected 0 to " + (size - 1));
    }
    return index;
  }

  boolean readBoolean() {
    byte value = bytes[skip(1)];
    if (value != 0 && value != 1) {
      throw new MalformedRecordException(Reason.BAD_DATA, "a boolean is neither 0 nor 1");
    }
    return value == 1;
  }

  float readFloat() {
    int start = skip(4);
    return Float.intBitsToFloat(
        (bytes[start] & 0xff)
            | (bytes[start + 1] & 0xff) << 8
            | (bytes[start + 2] & 0xff) << 16
            | (bytes[start + 3] & 0xff) << 24);
  }

  double readDouble() {
    return (double) DOUBLES.get(bytes, skip(8));
  }

  /**
   * Length of a string or of bytes, checked against the remaining bytes; the position is then at
   * their start.
   */
  int readLength() {
    long length = readLong();
    if (length < 0) {
      throw new MalformedRecordException(Reason.BAD_DATA, "a length is negative");
    }
    if (length > remaining()) {
      throw truncated();
    }
    return (int) length;
  }

  /** Skips bytes and returns their start. */
  int skip(long length) {
    if (length < 0 || length > remaining()) {
      throw truncated();
    }
    int start = position;
    position += (int) length;
    return start;
  }

  private MalformedRecordException truncated() {
    return new MalformedRecordException(Reason.TRUNCATED, "the bytes end before the record does");
  }
}
