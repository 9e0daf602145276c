package io.tracetide.processor.bytes;

import java.util.Arrays;

/** A set of 64-bit hashes: 8 bytes a slot, at most two thirds of them used. Not thread-safe. */
public final class HashSet64 {

  /* Open addressing with linear probing; hashes cannot be removed one by one. */

  private static final int SMALLEST = 256;

  /** Marks an empty slot. */
  private static final long FREE = 0;

  private long[] hashes = new long[SMALLEST];
  private int size;

  public int size() {
    return size;
  }

  public boolean contains(long hash) {
    return hashes[slot(hashes, taken(hash))] != FREE;
  }

  /** Prefetches the slot of a hash, see {@link KeyTable#fetch}. */
  public int fetch(long hash) {
    return (int) hashes[TraceHash.place(taken(hash), hashes.length)];
  }

  /** Adds a hash; true when it is new. */
  public boolean add(long hash) {
    long wanted = taken(hash);
    int slot = slot(hashes, wanted);
    if (hashes[slot] != FREE) {
      return false;
    }
    hashes[slot] = wanted;
    if (3L * ++size > 2L * hashes.length) {
      grow();
    }
    return true;
  }

  /** Removes all hashes. The array is kept, unless nearly all slots were free. */
  public void clear() {
    if (8L * size < hashes.length) {
      hashes = new long[SMALLEST];
    } else {
      Arrays.fill(hashes, FREE);
    }
    size = 0;
  }

  private void grow() {
    long[] larger = new long[2 * hashes.length];
    for (long hash : hashes) {
      if (hash != FREE) {
        larger[slot(larger, hash)] = hash;
      }
    }
    hashes = larger;
  }

  private static int slot(long[] hashes, long wanted) {
    int mask = hashes.length - 1;
    int slot = TraceHash.place(wanted, hashes.length);
    while (hashes[slot] != FREE && hashes[slot] != wanted) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long taken(long hash) {
    return hash == FREE ? 1 : hash;
  }
}
