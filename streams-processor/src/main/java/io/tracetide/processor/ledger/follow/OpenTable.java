package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.TraceHash;

/**
 * The followed traces by their 64-bit hashes, and for each the tick of its next assessment. 12
 * bytes a slot; between a third and two thirds of the slots are used. Not thread-safe.
 */
public final class OpenTable {

  /* Open addressing with linear probing. A removal moves the following entries up, so that no slots
   * are marked as deleted. */

  /** Tick of a trace without a scheduled assessment. */
  public static final int NEVER = Integer.MAX_VALUE;

  private static final int SMALLEST = 64;

  /** Marks a free slot; a trace with this hash is stored under another one. */
  private static final long FREE = 0;

  private long[] hashes = new long[SMALLEST];
  private int[] ticks = new int[SMALLEST];
  private int size;

  public int size() {
    return size;
  }

  public boolean contains(long hash) {
    return hashes[place(hash)] != FREE;
  }

  /** Adds a trace without a tick, unless it is there already. */
  public void add(long hash) {
    int place = place(hash);
    if (hashes[place] != FREE) {
      return;
    }
    hashes[place] = taken(hash);
    ticks[place] = NEVER;
    if (3 * ++size > 2 * hashes.length) {
      resize(2 * hashes.length);
    }
  }

  /** Tick of a trace; {@link #NEVER} when it has none or is not in the table. */
  public int tick(long hash) {
    int place = place(hash);
    return hashes[place] == FREE ? NEVER : ticks[place];
  }

  /** Sets the tick of a trace in the table. */
  public void setTick(long hash, int tick) {
    int place = place(hash);
    if (hashes[place] != FREE) {
      ticks[place] = tick;
    }
  }

  public void remove(long hash) {
    int hole = place(hash);
    if (hashes[hole] == FREE) {
      return;
    }
    int mask = hashes.length - 1;
    int next = (hole + 1) & mask;
    while (hashes[next] != FREE) {
      int home = home(hashes[next]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        hashes[hole] = hashes[next];
        ticks[hole] = ticks[next];
        hole = next;
      }
      next = (next + 1) & mask;
    }
    hashes[hole] = FREE;
    size--;
    if (hashes.length > SMALLEST && 6 * size < hashes.length) {
      resize(hashes.length / 2);
    }
  }

  private int place(long hash) {
    long wanted = taken(hash);
    int mask = hashes.length - 1;
    int place = home(wanted);
    while (hashes[place] != FREE && hashes[place] != wanted) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private int home(long hash) {
    return TraceHash.place(hash, hashes.length);
  }

  private static long taken(long hash) {
    return hash == FREE ? 1 : hash;
  }

  private void resize(int places) {
    long[] oldHashes = hashes;
    int[] oldTicks = ticks;
    hashes = new long[places];
    ticks = new int[places];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldHashes[i] != FREE) {
        int place = place(oldHashes[i]);
        hashes[place] = oldHashes[i];
        ticks[place] = oldTicks[i];
      }
    }
  }
}
