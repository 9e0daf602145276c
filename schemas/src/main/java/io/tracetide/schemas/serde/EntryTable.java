package io.tracetide.schemas.serde;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Distinct encoded items of an Avro array, each with its index: a hash table with open addressing
 * over one array of bytes. Not thread-safe.
 */
final class EntryTable {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private byte[] content = new byte[1_024];
  private int[] ends = new int[64];
  private int[] slots = new int[128];
  private int count;

  /** Index of an item; it is added when it is new. */
  int index(byte[] source, int start, int length) {
    int mask = slots.length - 1;
    int slot = hash(source, start, length) & mask;
    while (slots[slot] != 0) {
      int known = slots[slot] - 1;
      if (Arrays.equals(content, begin(known), ends[known], source, start, start + length)) {
        return known;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = count + 1;
    return add(source, start, length);
  }

  private int add(byte[] source, int start, int length) {
    int begin = bytes();
    if (content.length - begin < length) {
      content = Arrays.copyOf(content, Math.max(2 * content.length, begin + length));
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
    }
    System.arraycopy(source, start, content, begin, length);
    ends[count] = begin + length;
    count++;
    if (2 * count > slots.length) {
      grow();
    }
    return count - 1;
  }

  private void grow() {
    slots = new int[2 * slots.length];
    int mask = slots.length - 1;
    for (int i = 0; i < count; i++) {
      int slot = hash(content, begin(i), ends[i] - begin(i)) & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = i + 1;
    }
  }

  private int begin(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  private static int hash(byte[] bytes, int start, int length) {
    long hash = length;
    int at = start;
    int end = start + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(bytes, at)) * FACTOR;
      hash ^= hash >>> 32;
    }
    for (; at < end; at++) {
      hash = (hash ^ bytes[at]) * FACTOR;
    }
    return (int) (hash ^ hash >>> 29);
  }

  int count() {
    return count;
  }

  /** Bytes of all items. */
  int bytes() {
    return count == 0 ? 0 : ends[count - 1];
  }

  /** Writes the items as an Avro array. */
  void writeTo(BinaryBuffer out) {
    if (count > 0) {
      out.number(count);
      out.raw(content, 0, bytes());
    }
    out.number(0);
  }

  /** Writes the items as Avro bytes, one after the other. */
  void writeBytesTo(BinaryBuffer out) {
    out.number(bytes());
    out.raw(content, 0, bytes());
  }

  /** Removes all items. */
  void clear() {
    count = 0;
    Arrays.fill(slots, 0);
  }
}
