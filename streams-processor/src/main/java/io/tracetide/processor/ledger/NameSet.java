package io.tracetide.processor.ledger;

import java.util.Arrays;

/** 64-bit names, 9 bytes a place, of which at most two thirds are taken. Not thread-safe. */
final class NameSet {

  /*
   * Open addressing with linear probing; names go all together or not at all. A byte of each name
   * lies apart, for most of what is asked is not there, and these bytes say so: eight times as many
   * of them fit into the processor's caches, and a look-up seldom waits for memory.
   */

  private static final int SMALLEST = 256;

  /** Tag of an empty place; no name has it. */
  private static final byte FREE = 0;

  private byte[] tags = new byte[SMALLEST];
  private long[] names = new long[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  boolean contains(long name) {
    return tags[place(name)] != FREE;
  }

  /** Whether the name is new. */
  boolean add(long name) {
    int place = place(name);
    if (tags[place] != FREE) {
      return false;
    }
    put(place, name);
    if (3L * ++size > 2L * names.length) {
      grow();
    }
    return true;
  }

  private void put(int place, long name) {
    tags[place] = tag(name);
    names[place] = name;
  }

  /** Forgets all names. The places are kept, unless nearly all were free. */
  void clear() {
    if (8L * size < names.length) {
      tags = new byte[SMALLEST];
      names = new long[SMALLEST];
    } else {
      Arrays.fill(tags, FREE);
    }
    size = 0;
  }

  private void grow() {
    byte[] oldTags = tags;
    long[] oldNames = names;
    tags = new byte[2 * oldTags.length];
    names = new long[2 * oldNames.length];
    for (int i = 0; i < oldNames.length; i++) {
      if (oldTags[i] != FREE) {
        put(place(oldNames[i]), oldNames[i]);
      }
    }
  }

  /** Where the name is, or could be. */
  private int place(long name) {
    int mask = tags.length - 1;
    int place = (int) (name ^ (name >>> 32)) & mask;
    byte tag = tag(name);
    while (tags[place] != FREE && (tags[place] != tag || names[place] != name)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private static byte tag(long name) {
    return (byte) (name >>> 57 | 0x80);
  }
}
