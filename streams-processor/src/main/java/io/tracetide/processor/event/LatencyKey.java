package io.tracetide.processor.event;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.bytes.KeyTable;

/** Key of the latency series of an event's operation, and its hash; see {@link SeriesKeys}. */
public final class LatencyKey {

  final KeyBuffer buffer = new KeyBuffer();
  int hash;
  boolean templated;

  void clear() {
    buffer.clear();
    templated = false;
  }

  /** Holds the key in its first {@link #length} bytes. */
  public byte[] array() {
    return buffer.array();
  }

  public int length() {
    return buffer.length();
  }

  /** See {@link KeyTable#hash}. */
  public int hash() {
    return hash;
  }

  /** Whether the key contains a template that differs from the operation's name. */
  public boolean isTemplated() {
    return templated;
  }
}
