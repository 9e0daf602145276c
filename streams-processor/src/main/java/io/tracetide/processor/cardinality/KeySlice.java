package io.tracetide.processor.cardinality;

import java.util.Arrays;

/**
 * Bytes as a key of a map. One that is kept is made of an array that never changes; one that is
 * only looked up with can be set anew each time, so that looking up makes no object.
 */
final class KeySlice implements Comparable<KeySlice> {

  // Comparable, because a map sorts keys that share a hash, which somebody may provoke.

  private byte[] bytes = {};
  private int start;
  private int length;
  private int hash;

  static KeySlice of(byte[] bytes) {
    return new KeySlice().at(bytes, 0, bytes.length);
  }

  KeySlice at(byte[] in, int from, int count) {
    bytes = in;
    start = from;
    length = count;
    int mixed = 0;
    for (int i = from; i < from + count; i++) {
      mixed = 31 * mixed + in[i];
    }
    hash = mixed;
    return this;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeySlice that
        && hash == that.hash
        && Arrays.equals(
            bytes, start, start + length, that.bytes, that.start, that.start + that.length);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public int compareTo(KeySlice that) {
    return Arrays.compareUnsigned(
        bytes, start, start + length, that.bytes, that.start, that.start + that.length);
  }
}
