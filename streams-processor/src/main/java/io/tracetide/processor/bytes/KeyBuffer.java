package io.tracetide.processor.bytes;

/** Bytes of a key, put together in place again and again. */
public final class KeyBuffer {

  private final ByteWriter out = new ByteWriter();

  public KeyBuffer clear() {
    out.clear();
    return this;
  }

  public KeyBuffer append(byte[] from) {
    return append(from, 0, from.length);
  }

  public KeyBuffer append(byte[] from, int start, int count) {
    out.put(from, start, count);
    return this;
  }

  public KeyBuffer append(byte single) {
    out.put(single);
    return this;
  }

  /** Appends bytes behind their number, so that no neighbours can pretend to be others. */
  public KeyBuffer appendSized(byte[] from, int start, int count) {
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
