package io.tracetide.processor.bytes;

/** A reusable buffer that keys are built in. */
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

  /** Appends the length and the bytes, so that different parts never give the same key. */
  public KeyBuffer appendSized(byte[] from, int start, int count) {
    out.putInt(count);
    return append(from, start, count);
  }

  /** The key, in the first {@link #length} bytes of a reused array. */
  public byte[] array() {
    return out.array();
  }

  public int length() {
    return out.length();
  }
}
