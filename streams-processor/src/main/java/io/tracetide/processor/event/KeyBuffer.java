package io.tracetide.processor.event;

import java.util.Arrays;

/** Bytes of a key, put together in place again and again. */
public final class KeyBuffer {

  private byte[] bytes = new byte[256];
  private int length;

  KeyBuffer clear() {
    length = 0;
    return this;
  }

  KeyBuffer append(byte[] from) {
    return append(from, 0, from.length);
  }

  KeyBuffer append(byte[] from, int start, int count) {
    reserve(count);
    System.arraycopy(from, start, bytes, length, count);
    length += count;
    return this;
  }

  KeyBuffer append(byte single) {
    reserve(1);
    bytes[length++] = single;
    return this;
  }

  /** Appends bytes behind their number, so that no neighbours can pretend to be others. */
  KeyBuffer appendSized(byte[] from, int start, int count) {
    append((byte) (count >>> 24)).append((byte) (count >>> 16));
    append((byte) (count >>> 8)).append((byte) count);
    return append(from, start, count);
  }

  private void reserve(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
  }

  /** The key, in the first {@link #length} bytes of an array that is used again. */
  public byte[] array() {
    return bytes;
  }

  public int length() {
    return length;
  }
}
