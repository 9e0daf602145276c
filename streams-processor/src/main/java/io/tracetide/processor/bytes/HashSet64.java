package io.tracetide.processor.bytes;

import java.util.Arrays;

/** 64-bit names, 8 bytes a place, of which at most two thirds are taken. Not thread-safe. */
public final class HashSet64 {

  /* Open addressing with linear probing; names go all together or not at all. */

  private static final int SMALLEST = 256;

  /** Stands for an empty place. */
  private static final long FREE = 0;

  private long[] names = new long[SMALLEST];
  private int size;

  public int size() {
    return size;
  }

  public boolean contains(long name) {
    return names[place(names, taken(name))] != FREE;
  }

  /** Asks memory for a name's place, see {@link KeyTable#fetch}. */
  public int fetch(long name) {
    return (int) names[TraceHash.place(taken(name), names.length)];
  }

  /** Whether the name is new. */
  public boolean add(long name) {
    long wanted = taken(name);
    int place = place(names, wanted);
    if (names[place] != FREE) {
      return false;
    }
    names[place] = wanted;
    if (3L * ++size > 2L * names.length) {
      grow();
    }
    return true;
  }

  /** Forgets all names. The places are kept, unless nearly all were free. */
  public void clear() {
    if (8L * size < names.length) {
      names = new long[SMALLEST];
    } else {
      Arrays.fill(names, FREE);
    }
    size = 0;
  }

  private void grow() {
    long[] larger = new long[2 * names.length];
    for (long name : names) {
      if (name != FREE) {
        larger[place(larger, name)] = name;
      }
    }
    names = larger;
  }

  private static int place(long[] names, long wanted) {
    int mask = names.length - 1;
    int place = TraceHash.place(wanted, names.length);
    while (names[place] != FREE && names[place] != wanted) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private static long taken(long name) {
    return name == FREE ? 1 : name;
  }
}
