package io.tracetide.processor.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of entries by the bytes of their keys. A key is looked up as a part of an array,
 * without allocation. Not thread-safe.
 */
public final class KeyTable<E extends KeyTable.Entry> {

  /* Open addressing with linear probing, at most half full. The seed is random in each process, so
   * that colliding keys cannot be prepared. */

  /** Number of entries to prefetch together, see {@link #fetch}. */
  public static final int FETCHED_TOGETHER = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long SEED = new SplittableRandom().nextLong();
  private static final int SMALLEST = 64;

  private @Nullable Entry[] slots = new Entry[SMALLEST];
  private int size;

  /** An entry with its key. */
  public abstract static class Entry {
    private final byte[] key;
    private final int hash;

    protected Entry(byte[] key) {
      this.key = key;
      hash = hash(key, 0, key.length);
    }

    /** The key; must not be changed. */
    public final byte[] key() {
      return key;
    }

    /** Whether these bytes are its key. */
    public final boolean isKey(byte[] bytes, int start, int length) {
      return Arrays.equals(key, 0, key.length, bytes, start, start + length);
    }
  }

  /** The entry with that key; null when there is none. */
  @SuppressWarnings("unchecked") // Only entries of that type are ever put in.
  public @Nullable E find(byte[] bytes, int start, int length) {
    int hash = hash(bytes, start, length);
    int slot = hash & (slots.length - 1);
    for (Entry entry = slots[slot]; entry != null; entry = slots[slot]) {
      if (entry.hash == hash && entry.isKey(bytes, start, length)) {
        return (E) entry;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return null;
  }

  /**
   * Prefetches the entry with that key into the CPU cache before it is looked up. Cache misses of
   * several independent prefetches overlap; those of look-ups do not.
   *
   * @return a value that depends on the entry, so that the compiler does not remove the access
   */
  public int fetch(byte[] bytes, int start, int length) {
    Entry entry = slots[hash(bytes, start, length) & (slots.length - 1)];
    return entry == null ? 0 : entry.hash + entry.key.length;
  }

  /** Adds an entry whose key is not there yet. */
  public void add(E entry) {
    place(entry);
    if (++size > slots.length / 2) {
      resize(2 * slots.length);
    }
  }

  private void place(Entry entry) {
    int slot = entry.hash & (slots.length - 1);
    while (slots[slot] != null) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = entry;
  }

  private void resize(int length) {
    @Nullable Entry[] old = slots;
    slots = new Entry[length];
    for (Entry entry : old) {
      if (entry != null) {
        place(entry);
      }
    }
  }

  public int size() {
    return size;
  }

  /** Tests all entries once and removes the unwanted ones. */
  @SuppressWarnings("unchecked") // Only entries of that type are ever put in.
  public void removeIf(Predicate<E> unwanted) {
    int before = size;
    for (int i = 0; i < slots.length; i++) {
      Entry entry = slots[i];
      if (entry != null && unwanted.test((E) entry)) {
        slots[i] = null;
        size--;
      }
    }
    if (size < before) {
      int length = SMALLEST;
      while (size > length / 2) {
        length *= 2;
      }
      resize(length); // Closes the gaps in the probing sequences, too.
    }
  }

  /** Hash of a key; different in each process. */
  public static int hash(byte[] key, int start, int length) {
    // Eight bytes at a time: keys have fifty bytes, and this is done for every event.
    long hash = length ^ SEED;
    int end = start + length;
    int at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(key, at)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    for (; at < end; at++) {
      hash = (hash ^ key[at]) * 0x9e3779b97f4a7c15L;
    }
    hash ^= hash >>> 29;
    return (int) (hash ^ (hash >>> 32));
  }
}
