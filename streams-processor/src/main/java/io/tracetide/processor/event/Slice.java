package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Position of a string in the bytes of a record. */
final class Slice {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Longest name that is accepted as part of a key, in bytes of UTF-8. */
  static final int MAX_NAME_BYTES = 1024;

  private int start;
  private int length;

  void set(int at, int bytes) {
    start = at;
    length = bytes;
  }

  /** Sets it to a text with its length before it, which was verified when it was read. */
  void setText(byte[] record, int place) {
    AvroCursor in = new AvroCursor(record, place, record.length);
    int bytes = in.readLength();
    set(in.position(), bytes);
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  int end() {
    return start + length;
  }

  String text(byte[] record) {
    return new String(record, start, length, UTF_8);
  }

  /** Whether it is valid as a required part of a key. */
  boolean isName(byte[] record) {
    return length > 0 && fitsKey(record);
  }

  /** Whether it is short enough for a key, and does not contain the separator of keys, zero. */
  boolean fitsKey(byte[] record) {
    if (length > MAX_NAME_BYTES) {
      return false;
    }
    int at = start;
    for (; at + Long.BYTES <= end(); at += Long.BYTES) {
      if (hasZero((long) LONGS.get(record, at))) {
        return false;
      }
    }
    for (; at < end(); at++) {
      if (record[at] == 0) {
        return false;
      }
    }
    return true;
  }

  /** Why a name is not valid as a part of a key, as the rest of a sentence about it. */
  String fault() {
    if (length == 0) {
      return "is missing";
    }
    return length > MAX_NAME_BYTES
        ? "has %d bytes, at most %d are allowed".formatted(length, MAX_NAME_BYTES)
        : "has a zero byte";
  }

  /** Whether one of the eight bytes is zero (Hacker's Delight, section 6-1). */
  private static boolean hasZero(long eight) {
    return ((eight - 0x0101_0101_0101_0101L) & ~eight & 0x8080_8080_8080_8080L) != 0;
  }
}
