package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.TraceHash;

/**
 * The traces that are followed, by their 64-bit names, and for each the tick at which it is looked
 * at next. 12 bytes a place; between a third and two thirds of the places are taken. Not
 * thread-safe.
 */
public final class OpenTable {

  /* Open addressing with linear probing. The names are hashes already; a removal moves those that
   * come after it up, so that no place is lost to the dead. */

  /** Tick of a trace that has none. */
  public static final int NEVER = Integer.MAX_VALUE;

  private static final int SMALLEST = 64;

  /** Stands for an empty place; the trace of that name is kept under another one. */
  private static final long FREE = 0;

  private long[] names = new long[SMALLEST];
  private int[] ticks = new int[SMALLEST];
  private int size;

  public int size() {
    return size;
  }

  public boolean contains(long name) {
    return names[place(name)] != FREE;
  }

  /** Follows a trace, which has no tick yet. Nothing changes when it is followed already. */
  public void add(long name) {
    int place = place(name);
    if (names[place] != FREE) {
      return;
    }
    names[place] = taken(name);
    ticks[place] = NEVER;
    if (3 * ++size > 2 * names.length) {
      resize(2 * names.length);
    }
  }

  /** Tick of a trace; {@link #NEVER} when it has none or is not followed. */
  public int tick(long name) {
    int place = place(name);
    return names[place] == FREE ? NEVER : ticks[place];
  }

  /** Sets the tick of a trace that is followed. */
  public void setTick(long name, int tick) {
    int place = place(name);
    if (names[place] != FREE) {
      ticks[place] = tick;
    }
  }

  public void remove(long name) {
    int hole = place(name);
    if (names[hole] == FREE) {
      return;
    }
    int mask = names.length - 1;
    int next = (hole + 1) & mask;
    while (names[next] != FREE) {
      int home = home(names[next]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        names[hole] = names[next];
        ticks[hole] = ticks[next];
        hole = next;
      }
      next = (next + 1) & mask;
    }
    names[hole] = FREE;
    size--;
    if (names.length > SMALLEST && 6 * size < names.length) {
      resize(names.length / 2);
    }
  }

  private int place(long name) {
    long wanted = taken(name);
    int mask = names.length - 1;
    int place = home(wanted);
    while (names[place] != FREE && names[place] != wanted) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private int home(long name) {
    return TraceHash.place(name, names.length);
  }

  private static long taken(long name) {
    return name == FREE ? 1 : name;
  }

  private void resize(int places) {
    long[] oldNames = names;
    int[] oldTicks = ticks;
    names = new long[places];
    ticks = new int[places];
    for (int i = 0; i < oldNames.length; i++) {
      if (oldNames[i] != FREE) {
        int place = place(oldNames[i]);
        names[place] = oldNames[i];
        ticks[place] = oldTicks[i];
      }
    }
  }
}
