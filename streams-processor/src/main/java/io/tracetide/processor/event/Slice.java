package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Where a string lies in the bytes of a record. */
final class Slice {

  /** Longest name that becomes part of a key, in bytes of UTF-8. */
  static final int MAX_NAME_BYTES = 1024;

  private int start;
  private int length;

  void set(int at, int bytes) {
    start = at;
    length = bytes;
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

  /** Whether it can be a part of a key that must not be missing. */
  boolean isName(byte[] record) {
    return length > 0 && fitsKey(record);
  }

  /** Whether it is short enough for a key, and free of the byte that separates names there. */
  boolean fitsKey(byte[] record) {
    if (length > MAX_NAME_BYTES) {
      return false;
    }
    for (int i = start; i < start + length; i++) {
      if (record[i] == 0) {
        return false;
      }
    }
    return true;
  }
}
