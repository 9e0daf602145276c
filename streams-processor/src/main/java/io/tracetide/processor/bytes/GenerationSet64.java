package io.tracetide.processor.bytes;

/**
 * A set of 64-bit hashes in two generations, of which the older one is removed at once. A hash has
 * 8 bytes; at most two thirds of the slots are used. Not thread-safe.
 *
 * <p>Both generations are in one table, so that a look-up causes one cache miss. The highest bit of
 * a slot is the generation, so two hashes that differ in that bit only are the same.
 */
public final class GenerationSet64 {

  /* Open addressing with linear probing; hashes cannot be removed one by one. */

  private static final int SMALLEST = 256;

  /** Marks an empty slot. */
  private static final long FREE = 0;

  private static final long GENERATION = Long.MIN_VALUE;

  /** Stands for the hash that equals an empty slot. */
  private static final long ZERO = 1L << 62;

  private long[] slots = new long[SMALLEST];
  private long young;
  private int youngSize;
  private int oldSize;

  /** Number of hashes of both generations. */
  public int size() {
    return youngSize + oldSize;
  }

  public int youngSize() {
    return youngSize;
  }

  public boolean contains(long hash) {
    return slots[slot(slots, bits(hash))] != FREE;
  }

  /** Prefetches the slot of a hash, see {@link KeyTable#fetch}. */
  public int fetch(long hash) {
    return (int) slots[TraceHash.place(bits(hash), slots.length)];
  }

  /** Adds a hash to the young generation; false when one of the generations has it. */
  public boolean add(long hash) {
    long bits = bits(hash);
    int slot = slot(slots, bits);
    if (slots[slot] != FREE) {
      return false;
    }
    slots[slot] = bits | young;
    youngSize++;
    if (3L * size() > 2L * slots.length) {
      resize(2 * slots.length);
    }
    return true;
  }

  /** Removes the old generation. The young one becomes old, and the new young one is empty. */
  public void nextGeneration() {
    // From the slot after a free one, so that no sequence of probes is entered in its middle: then
    // the slots before each hash are final, and it moves to its place or nearer to it.
    int mask = slots.length - 1;
    int free = 0;
    while (slots[free] != FREE) {
      free++;
    }
    for (int i = 1; i < slots.length; i++) {
      int from = (free + i) & mask;
      long taken = slots[from];
      slots[from] = FREE;
      if (taken != FREE && (taken & GENERATION) == young) {
        slots[slot(slots, taken & ~GENERATION)] = taken;
      }
    }
    oldSize = youngSize;
    youngSize = 0;
    young ^= GENERATION;
    if (16L * oldSize < slots.length && slots.length > SMALLEST) {
      resize(Math.max(SMALLEST, slots.length / 4));
    }
  }

  private void resize(int length) {
    long[] resized = new long[length];
    for (long taken : slots) {
      if (taken != FREE) {
        resized[slot(resized, taken & ~GENERATION)] = taken;
      }
    }
    slots = resized;
  }

  /** The slot that has these bits, or a free one. */
  private static int slot(long[] slots, long bits) {
    int mask = slots.length - 1;
    int slot = TraceHash.place(bits, slots.length);
    while (slots[slot] != FREE && (slots[slot] & ~GENERATION) != bits) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long bits(long hash) {
    long bits = hash & ~GENERATION;
    return bits == FREE ? ZERO : bits;
  }
}
