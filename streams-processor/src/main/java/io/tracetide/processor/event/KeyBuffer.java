package io.tracetide.processor.event;

import io.tracetide.processor.window.ByteWriter;

/** Bytes of a key, put together in place again and again. */
public final class KeyBuffer {

  private final ByteWriter out = new ByteWriter();

  KeyBuffer clear() {
    out.clear();
    return this;
  }

  KeyBuffer append(byte[] from) {
    return append(from, 0, from.length);
  }

  KeyBuffer append(byte[] from, int start, int count) {
    out.put(from, start, count);
    return this;
  }

  KeyBuffer append(byte single) {
    out.put(single);
    return this;
  }

  /** Appends bytes behind their number, so that no neighbours can pretend to be others. */
  KeyBuffer appendSized(byte[] from, int start, int count) {
    out.putInt(count);
    return append(from, start, count);
  }

  /** The key, in the first {@link #length} bytes of an array that is used again. */
  public byte[] array() {
    return out.array();
  }

  public int length() {
    return out.length();
  }
}
